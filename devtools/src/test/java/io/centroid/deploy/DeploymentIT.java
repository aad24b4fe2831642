package io.centroid.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.cli.Centroid;
import io.centroid.cli.SharedCluster;
import io.centroid.cli.Submitted;
import io.centroid.cli.TrainingCluster;
import io.centroid.cluster.CentroidHome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with a cluster's configuration, and spark-submit in cluster mode. */
@ExtendWith(SharedCluster.class)
class DeploymentIT {
  private static final String SMALL =
      "data.digits { train = 500, test = 100 }, train.epochs = 1, train.workers = 1";

  @TempDir private static Path folder;
  private static TrainingCluster cluster;

  @BeforeAll
  static void writeConfiguration(TrainingCluster shared) throws IOException {
    cluster = shared;
    Path local = Files.writeString(folder.resolve("small.conf"), SMALL);
    cluster
        .hdfs()
        .copyFromLocalFile(
            TrainingCluster.path(local.toString()), TrainingCluster.path("/conf/small.conf"));
  }

  @Test
  void commandsReadTheClustersConfiguration() throws Exception {
    Map<String, String> site =
        Map.of("HADOOP_CONF_DIR", cluster.daemons().configuration().toString());
    assertThat(
            succeeds(
                site,
                "train",
                "hdfs:///conf/small.conf",
                "--set",
                "run.dir=hdfs:///runs/site",
                "--set",
                "compute.workers=local"))
        .contains(cluster.status().hdfs() + "/runs/site");
    assertThat(succeeds(site, "evaluate", "hdfs:///runs/site")).contains("100 test examples");
  }

  /** Java 17, and each other one that is installed and not refused. */
  @Test
  void eachSupportedJavaOfThisMachineTrains() throws Exception {
    Path javas = Path.of("/usr/lib/jvm");
    try (Stream<Path> found = Files.isDirectory(javas) ? Files.list(javas) : Stream.of()) {
      for (Path java : found.filter(DeploymentIT::isSupported).toList()) {
        assertThat(
                succeeds(
                    Map.of("JAVA_HOME", java.toString()),
                    "train",
                    folder.resolve("small.conf").toString(),
                    "--set",
                    "run.dir=" + folder.resolve("run of " + java.getFileName())))
            .as(java.toString())
            .contains("Trained 1 epoch");
      }
    }
  }

  private static boolean isSupported(Path java) {
    try {
      return !Files.isSymbolicLink(java)
          && Files.readString(java.resolve("release"))
              .matches("(?s).*JAVA_VERSION=\"(17|18|19|20|21)[.\"].*");
    } catch (IOException e) {
      return false; // Not a Java.
    }
  }

  @Test
  void aNameserviceFailsOverToTheActiveNameNode() throws Exception {
    String address = URI.create(cluster.status().hdfs()).getAuthority();
    Path site = Files.createDirectories(folder.resolve("ha"));
    Map<String, String> values =
        Map.of(
            "dfs.nameservices", "ns",
            "dfs.ha.namenodes.ns", "nn1,nn2",
            "dfs.namenode.rpc-address.ns.nn1", "127.0.0.1:1",
            "dfs.namenode.rpc-address.ns.nn2", address,
            "dfs.client.failover.proxy.provider.ns",
                "org.apache.hadoop.hdfs.server.namenode.ha.ConfiguredFailoverProxyProvider");
    StringBuilder xml = new StringBuilder("<configuration>");
    values.forEach(
        (key, value) ->
            xml.append(
                "<property><name>" + key + "</name><value>" + value + "</value></property>"));
    Files.writeString(site.resolve("hdfs-site.xml"), xml + "</configuration>");
    assertThat(
            succeeds(
                Map.of("SPARK_CONF_DIR", site.toString()),
                "train",
                "hdfs://ns/conf/small.conf",
                "--set",
                "run.dir=hdfs://ns/runs/ha"))
        .contains("hdfs://ns/runs/ha");
    assertThat(cluster.hdfs().exists(TrainingCluster.path("/runs/ha/result.json"))).isTrue();
  }

  @Test
  void aDriverInClusterModeFindsADistributedConfiguration() throws Exception {
    String log =
        inClusterMode(
            List.of("--files", folder.resolve("small.conf").toString()), "small.conf", "files");
    assertThat(log).contains("is FINISHED");
    assertThat(cluster.hdfs().exists(TrainingCluster.path("/runs/files/result.json"))).isTrue();
  }

  @Test
  void aDriverInClusterModeReadsAConfigurationOnHdfs() throws Exception {
    assertThat(inClusterMode(List.of(), "hdfs:///conf/small.conf", "uri")).contains("is FINISHED");
    assertThat(cluster.hdfs().exists(TrainingCluster.path("/runs/uri/result.json"))).isTrue();
  }

  /** Runs train through spark-submit with the shipped properties, and returns its log. */
  private static String inClusterMode(List<String> options, String configuration, String run)
      throws Exception {
    CentroidHome home = CentroidHome.find();
    Path site = cluster.daemons().configuration();
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("@" + home.jvmOptions(), "-cp", site + ":" + home.sparkJars() + "/*"));
    line.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--deploy-mode", "cluster"));
    line.addAll(List.of("--master", cluster.status().master()));
    line.addAll(
        List.of("--properties-file", home.conf().resolve("spark-defaults.conf").toString()));
    Stream.of(
            "spark.standalone.submit.waitAppCompletion=true",
            "spark.driver.memory=512m",
            "spark.executor.memory=512m")
        .forEach(property -> line.addAll(List.of("--conf", property)));
    line.addAll(options);
    line.addAll(List.of("--class", Centroid.class.getName(), home.jobJar().toString()));
    line.addAll(List.of("train", configuration, "--set", "run.dir=hdfs:///runs/" + run));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("SPARK_HOME", home.sparkHome().toString());
    builder.environment().put("SPARK_CONF_DIR", site.toString());
    builder.environment().put("HADOOP_CONF_DIR", site.toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    try (Submitted submitted = Submitted.start(folder, builder)) {
      assertThat(submitted.exitCode()).as(submitted.errors()).isZero();
      return submitted.errors();
    }
  }

  /** Runs a command through the launcher and returns its standard output. */
  private static String succeeds(Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> line = new ArrayList<>();
    line.add(Tool.home().resolve("dist/src/bin/centroid").toString());
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("CENTROID_CHECKOUT", Tool.home().toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
    try (Submitted command = Submitted.start(folder, builder)) {
      assertThat(command.exitCode()).as(command.errors()).isZero();
      return command.output();
    }
  }
}
