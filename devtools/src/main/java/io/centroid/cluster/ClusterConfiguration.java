package io.centroid.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes the configuration files that daemons, drivers and executors of a development cluster read:
 * Hadoop's XML, Spark's defaults and the executors' logging.
 */
final class ClusterConfiguration {
  private static final int MOST_REPLICAS = 3;
  private static final int SECRET_BYTES = 32;

  private final CentroidHome home;
  private final ClusterDirectory directory;
  private final ClusterState state;

  ClusterConfiguration(CentroidHome home, ClusterDirectory directory, ClusterState state) {
    this.home = home;
    this.directory = directory;
    this.state = state;
  }

  void write() {
    try {
      Files.writeString(directory.conf().resolve("core-site.xml"), xml(core()));
      Files.writeString(directory.conf().resolve("hdfs-site.xml"), xml(hdfs()));
      writePrivately(directory.conf().resolve("spark-defaults.conf"), sparkDefaults());
      Files.writeString(directory.conf().resolve("log4j2.properties"), logging());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write below " + directory.conf(), e);
    }
  }

  private Map<String, String> core() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("fs.defaultFS", state.hdfsUrl());
    values.put("hadoop.tmp.dir", directory.temporary().toString());
    return values;
  }

  private Map<String, String> hdfs() {
    Daemon namenode = state.daemon("namenode");
    Map<String, String> values = new LinkedHashMap<>();
    values.put(
        "dfs.replication", String.valueOf(Math.min(state.options().datanodes(), MOST_REPLICAS)));
    values.put("dfs.namenode.name.dir", directory.data("namenode").toUri().toString());
    values.put("dfs.namenode.http-address", "127.0.0.1:" + namenode.port("http"));
    values.put("dfs.namenode.datanode.registration.ip-hostname-check", "false");
    values.put("dfs.namenode.safemode.extension", "0");
    values.put("dfs.namenode.handler.count", "4");
    // A writer retries until the NameNode is back instead of failing at once.
    values.put("dfs.client.retry.policy.enabled", "true");
    values.put("dfs.client.retry.policy.spec", "500,10,2000,30");
    // A DataNode counts as dead after 2 x 5 s + 10 x 1 s instead of ten minutes.
    values.put("dfs.heartbeat.interval", "1");
    values.put("dfs.namenode.heartbeat.recheck-interval", "5000");
    values.put("dfs.namenode.stale.datanode.interval", "5000");
    values.put("dfs.datanode.handler.count", "4");
    return values;
  }

  private static String xml(Map<String, String> values) {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?>\n<configuration>\n");
    values.forEach(
        (key, value) ->
            xml.append("  <property><name>")
                .append(key)
                .append("</name><value>")
                .append(value.replace("&", "&amp;").replace("<", "&lt;"))
                .append("</value></property>\n"));
    return xml.append("</configuration>\n").toString();
  }

  /**
   * Replaces a file by one that only its owner can read. In a secure cluster it contains the
   * secret. Daemons and drivers read it from there, so that it is not in any command line or
   * environment.
   */
  private static void writePrivately(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  /** Settings of a secure cluster, with a new secret. */
  private String security() throws IOException {
    if (!state.options().secure()) {
      return "";
    }
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    return Files.readString(home.conf().resolve("secure-spark-defaults.conf"))
        + "spark.authenticate.secret "
        + HexFormat.of().formatHex(secret)
        + "\n";
  }

  /** The project's defaults followed by the settings for this machine. Later lines win. */
  private String sparkDefaults() throws IOException {
    Path defaults = home.conf().resolve("spark-defaults.conf");
    return Files.readString(defaults)
        + """

        # The development cluster %s
        spark.master %s
        spark.executor.memory 1g
        spark.executor.memoryOverhead 0
        spark.driver.bindAddress 127.0.0.1
        spark.driver.host 127.0.0.1
        spark.ui.enabled false
        # Port at which a driver queries the Workers' resources.
        spark.master.ui.port %s
        """
            .formatted(directory.root(), state.masterUrl(), state.daemon("master").port("http"))
        + security();
  }

  /** Executors log to standard error, which their Worker writes to the work folder. */
  private static String logging() {
    return """
    status = error
    appender.console.type = Console
    appender.console.name = console
    appender.console.target = SYSTEM_ERR
    appender.console.layout.type = PatternLayout
    appender.console.layout.pattern = %d{HH:mm:ss.SSS} %-5p [%t] %c{1}: %m%n
    rootLogger.level = info
    rootLogger.appenderRef.console.ref = console
    """;
  }
}
