package io.centroid.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An unpacked distribution. Its commands run with Java alone: an empty home, no other variable of
 * the environment, and no program on the PATH but the system's.
 *
 * @param launcher path of {@code bin/centroid}
 * @param user home of the user
 */
record Distribution(Path launcher, Path user) {
  private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");

  static Distribution unpackTo(Path folder) throws Exception {
    Path archive = archive();
    Tool.Outcome unpacked =
        Tool.run(Map.of(), "tar", "xzf", archive.toString(), "-C", folder.toString());
    assertThat(unpacked.exitCode()).as(unpacked.output()).isZero();
    String name = archive.getFileName().toString().replace(".tar.gz", "");
    return new Distribution(
        folder.resolve(name).resolve("bin/centroid"),
        Files.createDirectory(folder.resolve("home")));
  }

  private static Path archive() throws IOException {
    try (Stream<Path> files = Files.list(Tool.home().resolve("dist/target"))) {
      List<Path> archives =
          files.filter(file -> file.toString().matches(".*/centroid-[^/]*\\.tar\\.gz")).toList();
      assertThat(archives).hasSize(1);
      return archives.get(0);
    }
  }

  ProcessBuilder command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(Objects.requireNonNull(user.getParent()).toFile());
    builder.environment().clear();
    builder.environment().put("HOME", user.toString());
    builder.environment().put("PATH", "/usr/bin:/bin");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }

  /** The output of a command that succeeds. */
  static String succeeds(ProcessBuilder command) throws Exception {
    Tool.Outcome outcome = Tool.run(command);
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    return outcome.output();
  }

  /** Starts a {@code serve} on any port, waits until it is ready, and ends it by SIGTERM. */
  static void serves(ProcessBuilder command) throws Exception {
    Process server = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
      String line = String.valueOf(lines.readLine());
      Matcher address = ADDRESS.matcher(line);
      assertThat(address.find()).as(line).isTrue();
      HttpResponse<String> ready =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(address.group() + "/v2/health/ready")).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(ready.statusCode()).isEqualTo(200);
    } finally {
      server.destroy();
      assertThat(server.waitFor()).isEqualTo(143);
    }
  }
}
