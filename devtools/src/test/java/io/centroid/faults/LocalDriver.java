package io.centroid.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.cli.Submitted;
import io.centroid.cluster.CentroidHome;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * A command in a separate process with workers as threads, so that only the file system can fail.
 * The test configures its Hadoop client.
 */
final class LocalDriver implements AutoCloseable {
  private final Submitted command;

  private LocalDriver(Submitted command) {
    this.command = command;
  }

  /** Starts {@code train} with the configuration in the cluster's folder. */
  static LocalDriver train(Client client, String... settings) throws IOException {
    List<String> line = new ArrayList<>();
    line.addAll(List.of("train", client.folder().resolve("conf/cluster.conf").toString()));
    line.addAll(List.of("--json", "--set", "compute.workers=local"));
    line.addAll(List.of("--set", "data.path=/user/root/mnist"));
    Arrays.stream(settings).forEach(setting -> line.addAll(List.of("--set", setting)));
    return start(client, line);
  }

  /** Starts {@code evaluate} of a run. */
  static LocalDriver evaluate(Client client, String run) throws IOException {
    return start(
        client,
        List.of("evaluate", run, "--recorded-data", "--json", "--set", "compute.workers=local"));
  }

  /**
   * User and configuration of a Hadoop client.
   *
   * @param folder folder for configuration and output files
   * @param hdfs URL of the default file system
   * @param user value of HADOOP_USER_NAME
   * @param site properties of hdfs-site.xml
   */
  record Client(Path folder, String hdfs, String user, Map<String, String> site) {
    Client with(String key, String value) {
      Map<String, String> more = new java.util.TreeMap<>(site);
      more.put(key, value);
      return new Client(folder, hdfs, user, more);
    }

    Client as(String other) {
      return new Client(folder, hdfs, other, site);
    }

    private Path write() throws IOException {
      Path conf = Files.createTempDirectory(folder, "client");
      Configuration core = new Configuration(false);
      core.set("fs.defaultFS", hdfs);
      Configuration dfs = new Configuration(false);
      site.forEach(dfs::set);
      try (OutputStream coreOut = Files.newOutputStream(conf.resolve("core-site.xml"));
          OutputStream dfsOut = Files.newOutputStream(conf.resolve("hdfs-site.xml"))) {
        core.writeXml(coreOut);
        dfs.writeXml(dfsOut);
      }
      return conf;
    }
  }

  private static LocalDriver start(Client client, List<String> arguments) throws IOException {
    CentroidHome home = CentroidHome.find();
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("@" + home.jvmOptions(), "-Xmx1g", "-XX:TieredStopAtLevel=1"));
    line.add("-D" + CentroidHome.PROPERTY + "=" + home.root());
    line.add("-cp");
    line.add(String.join(File.pathSeparator, client.write().toString(), home.classPath()));
    line.add("io.centroid.cli.Centroid");
    line.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().remove("HADOOP_CONF_DIR");
    builder.environment().put("HADOOP_USER_NAME", client.user());
    return new LocalDriver(Submitted.start(client.folder(), builder));
  }

  boolean isAlive() {
    return command.isAlive();
  }

  /** Waits for success and returns the JSON object on standard output. */
  JsonNode json() throws Exception {
    return command.json();
  }

  String sha256() throws Exception {
    return json().path("parametersSha256").asText();
  }

  /** Waits for a failure that is reported in one line and returns the line. */
  String failure(int exitCode) throws Exception {
    assertThat(exitCode()).as("%s\n%s", command.output(), errors()).isEqualTo(exitCode);
    assertThat(errors()).doesNotContain("\tat ");
    List<String> reported = errors().lines().filter(line -> line.startsWith("centroid: ")).toList();
    assertThat(reported).as(errors()).hasSize(1);
    assertThat(errors().strip()).endsWith(reported.get(0));
    System.err.println("  " + reported.get(0));
    return reported.get(0);
  }

  int exitCode() throws Exception {
    return command.exitCode();
  }

  String errors() {
    return command.errors();
  }

  @Override
  public void close() {
    command.close();
  }
}
