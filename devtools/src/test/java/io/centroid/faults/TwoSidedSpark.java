package io.centroid.faults;

import io.centroid.Eventually;
import io.centroid.cli.Centroid;
import io.centroid.cli.Submitted;
import io.centroid.cluster.CentroidHome;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Spark cluster with a Master and a Worker on one side of a network link and a second Worker on
 * the other.
 */
final class TwoSidedSpark implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final CentroidHome home = CentroidHome.find();
  private final Path folder;
  private final NetworkNamespace other;
  private final int port;
  private final int pagePort;
  private final List<Process> processes = new ArrayList<>();

  private TwoSidedSpark(Path folder, NetworkNamespace other) throws IOException {
    this.folder = folder;
    this.other = other;
    this.port = freePort();
    this.pagePort = freePort();
  }

  static TwoSidedSpark start(Path folder, NetworkNamespace other) throws Exception {
    TwoSidedSpark spark = new TwoSidedSpark(folder, other);
    try {
      spark.startDaemons();
    } catch (Exception | AssertionError e) {
      spark.close();
      throw e;
    }
    return spark;
  }

  private void startDaemons() throws Exception {
    String here = other.hostAddress();
    start(
        "master",
        here,
        daemon(
            "master.Master",
            List.of("--host", here, "--port", text(port), "--webui-port", text(pagePort))));
    Eventually.await("the Master", LIMIT, () -> page().contains("\"ALIVE\""));
    start("near", here, worker("near", here));
    start("far", other.address(), other.inside(worker("far", other.address())));
    Eventually.await("both Workers", LIMIT, () -> page().contains("\"aliveworkers\" : 2"));
  }

  private List<String> worker(String name, String address) {
    return daemon(
        "worker.Worker",
        List.of(
            "--host",
            address,
            "--cores",
            "1",
            "--memory",
            "1g",
            "--webui-port",
            "0",
            "--work-dir",
            folder.resolve(name).toString(),
            master()));
  }

  String master() {
    return "spark://" + other.hostAddress() + ":" + port;
  }

  /** Processes of the executors on the other side. */
  List<ProcessHandle> farExecutors() {
    return processes.get(processes.size() - 1).descendants().toList();
  }

  /** Starts a training by plain spark-submit with the driver on the Master's side. */
  Submitted train(String... settings) throws IOException {
    String here = other.hostAddress();
    List<String> line = java("-Xmx1g");
    line.addAll(List.of("-cp", home.conf() + File.pathSeparator + home.sparkJars() + "/*"));
    line.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--master", master()));
    line.addAll(List.of("--total-executor-cores", "2", "--executor-memory", "1g"));
    line.addAll(List.of("--conf", "spark.driver.host=" + here));
    line.addAll(List.of("--conf", "spark.driver.bindAddress=" + here));
    line.addAll(List.of("--conf", "spark.ui.enabled=false"));
    line.addAll(List.of("--class", Centroid.class.getName(), home.jobJar().toString()));
    line.addAll(List.of("train", "--json"));
    for (String setting : settings) {
      line.addAll(List.of("--set", setting));
    }
    ProcessBuilder builder = new ProcessBuilder(line);
    environment(builder.environment(), here, "driver");
    return Submitted.start(folder, builder);
  }

  private List<String> daemon(String name, List<String> arguments) {
    List<String> line = java("-Xmx512m");
    line.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    line.addAll(List.of("-cp", home.sparkJars() + "/*", "org.apache.spark.deploy." + name));
    line.addAll(arguments);
    return line;
  }

  private List<String> java(String heap) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return new ArrayList<>(List.of(java, "@" + home.jvmOptions(), heap));
  }

  private void start(String name, String address, List<String> line) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(name + ".log").toFile());
    environment(builder.environment(), address, name);
    processes.add(builder.start());
  }

  private void environment(Map<String, String> environment, String address, String name) {
    environment.put("SPARK_HOME", home.sparkHome().toString());
    environment.put("SPARK_CONF_DIR", home.conf().toString());
    environment.put("SPARK_LOCAL_IP", address);
    environment.put("SPARK_LOCAL_DIRS", folder.resolve("tmp-" + name).toString());
    environment.put("SPARK_SCALA_VERSION", "2.12");
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("OMP_NUM_THREADS", "1");
    environment.remove("JAVA_TOOL_OPTIONS");
    environment.remove("HADOOP_CONF_DIR");
  }

  /** Status page of the Master; empty while it does not answer. */
  private String page() {
    try (var body =
        URI.create("http://" + other.hostAddress() + ":" + pagePort + "/json/")
            .toURL()
            .openStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException notYet) {
      return "";
    }
  }

  private int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(other.hostAddress()))) {
      return socket.getLocalPort();
    }
  }

  private static String text(int number) {
    return Integer.toString(number);
  }

  @Override
  public void close() {
    List<ProcessHandle> all = new ArrayList<>();
    for (Process process : processes) {
      process.descendants().forEach(all::add);
      all.add(process.toHandle());
    }
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(process -> process.onExit().join());
  }
}
