package io.centroid.spark;

import io.centroid.Eventually;
import io.centroid.cluster.CentroidHome;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A Spark Master and two Workers, by default of one core, in separate processes. Each Worker has
 * its own loopback address, because Spark runs speculative tasks only on another host.
 */
final class StandaloneSpark implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final CentroidHome home = CentroidHome.find();
  private final Path folder;
  private final int port;
  private final List<Process> processes = new ArrayList<>();

  private final List<String> properties;
  private final String path;

  StandaloneSpark(Path folder) throws Exception {
    this(folder, 1, List.of(), System.getenv("PATH"));
  }

  /**
   * Workers with devices that the discovery script of the distribution finds.
   *
   * @param programs folder with an nvidia-smi
   */
  static StandaloneSpark withGpus(Path folder, int cores, int gpus, Path programs)
      throws Exception {
    Path script = CentroidHome.find().root().resolve("deploy/gpu/discover-gpus.sh");
    return new StandaloneSpark(
        folder,
        cores,
        List.of(
            "-Dspark.worker.resource.gpu.amount=" + gpus,
            "-Dspark.worker.resource.gpu.discoveryScript=" + script),
        programs + File.pathSeparator + System.getenv("PATH"));
  }

  private StandaloneSpark(Path folder, int cores, List<String> properties, String path)
      throws Exception {
    this.folder = folder;
    this.properties = properties;
    this.path = path;
    this.port = freePort();
    try {
      start("master", "127.0.0.1", "master.Master", "--port", String.valueOf(port));
      Eventually.await("the Master listens", LIMIT, this::listens);
      for (int worker = 1; worker <= 2; worker++) {
        start(
            "worker-" + worker,
            "127.0.0." + worker,
            "worker.Worker",
            "--cores",
            String.valueOf(cores),
            "--memory",
            "1g",
            "--work-dir",
            folder.resolve("work-" + worker).toString(),
            master());
      }
    } catch (Exception | Error e) {
      close();
      throw e;
    }
  }

  String master() {
    return "spark://127.0.0.1:" + port;
  }

  /** Processes of the running executors. */
  List<ProcessHandle> executors() {
    return processes.stream()
        .flatMap(Process::descendants)
        // Their class path is too long for the operating system to tell the whole command line.
        .filter(process -> process.info().command().orElse("").endsWith("/bin/java"))
        .toList();
  }

  private void start(String name, String host, String mainClass, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + home.jvmOptions());
    command.addAll(List.of("-Xmx450m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(home.conf() + File.pathSeparator + home.sparkJars() + "/*");
    command.addAll(properties);
    command.add("org.apache.spark.deploy." + mainClass);
    command.addAll(List.of("--host", host, "--webui-port", "0"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.put("SPARK_HOME", home.sparkHome().toString());
    environment.put("SPARK_LOCAL_IP", host);
    environment.put("PATH", path);
    environment.put("SPARK_SCALA_VERSION", "2.12");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("OMP_NUM_THREADS", "1");
    environment.remove("JAVA_TOOL_OPTIONS");
    builder.redirectErrorStream(true);
    builder.redirectOutput(folder.resolve(name + ".log").toFile());
    processes.add(builder.start());
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Ends the processes and their executors. */
  @Override
  public void close() throws IOException {
    for (Process process : processes) {
      List<ProcessHandle> children = process.descendants().toList();
      process.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
    }
    for (Process process : processes) {
      process.onExit().join();
    }
    try (Stream<Path> logs = Files.list(folder)) {
      logs.filter(file -> file.toString().endsWith(".log")).forEach(file -> file.toFile().delete());
    }
  }
}
