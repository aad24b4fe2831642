package io.centroid.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A network namespace that acts as a second machine. It is connected by a pair of virtual Ethernet
 * devices that can be disconnected. Requires root and iproute2.
 */
final class NetworkNamespace implements AutoCloseable {
  private static final Path IP =
      Stream.of("/usr/sbin/ip", "/usr/bin/ip", "/sbin/ip")
          .map(Path::of)
          .filter(Files::isExecutable)
          .findFirst()
          .orElse(Path.of("/usr/sbin/ip"));

  private final String name;
  private final String subnet;

  private NetworkNamespace(String name, String subnet) {
    this.name = name;
    this.subnet = subnet;
  }

  /** Reason why network namespaces are unavailable; empty if they are available. */
  static Optional<String> obstacle() throws IOException {
    if (!Files.isExecutable(IP)) {
      return Optional.of("there is no " + IP + " (install iproute2)");
    }
    String probe = "probe" + ProcessHandle.current().pid();
    try {
      run("netns", "add", probe);
      run("netns", "delete", probe);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("network namespaces need privileges: " + e.getMessage());
    }
  }

  static NetworkNamespace create() throws IOException {
    long number = ProcessHandle.current().pid();
    NetworkNamespace created =
        new NetworkNamespace("cent" + number, "10.213." + number % 250 + ".");
    try {
      created.connect();
    } catch (IOException e) {
      created.close();
      throw e;
    }
    return created;
  }

  private void connect() throws IOException {
    run("netns", "add", name);
    run("link", "add", outer(), "type", "veth", "peer", "name", inner());
    run("link", "set", inner(), "netns", name);
    run("address", "add", hostAddress() + "/24", "dev", outer());
    run("link", "set", outer(), "up");
    run("-n", name, "address", "add", address() + "/24", "dev", inner());
    run("-n", name, "link", "set", inner(), "up");
    run("-n", name, "link", "set", "lo", "up");
  }

  /** Address of the host's side of the link. */
  String hostAddress() {
    return subnet + "1";
  }

  /** Address inside the namespace. */
  String address() {
    return subnet + "2";
  }

  /**
   * Command line that runs inside the namespace. It replaces {@code ip}, so that the process ID
   * stays.
   */
  List<String> inside(List<String> command) {
    List<String> line = new ArrayList<>(List.of(IP.toString(), "netns", "exec", name));
    line.addAll(command);
    return line;
  }

  void disconnect() throws IOException {
    run("link", "set", outer(), "down");
  }

  void reconnect() throws IOException {
    run("link", "set", outer(), "up");
  }

  // Names of interfaces have at most 15 characters.
  private String outer() {
    return name + "o";
  }

  private String inner() {
    return name + "i";
  }

  private static void run(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of(IP.toString()));
    line.addAll(List.of(arguments));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(String.join(" ", line) + ": " + said);
    }
  }

  /** Removes whatever exists. Deleting one end of the link deletes the other. */
  @Override
  public void close() throws IOException {
    for (String[] removal :
        new String[][] {{"link", "delete", outer()}, {"netns", "delete", name}}) {
      try {
        run(removal);
      } catch (IOException e) {
        System.err.println(e.getMessage());
      }
    }
  }
}
