package io.centroid.cli;

import io.centroid.cluster.CentroidHome;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kerby.kerberos.kerb.server.SimpleKdcServer;

/**
 * A KDC in this JVM, with a NameNode and a DataNode in separate processes that require Kerberos
 * tickets. Data transfer uses SASL and web UIs use HTTPS, as a DataNode without privileged ports
 * requires. Permissions are off, because only the login is tested.
 */
final class KerberizedHdfs implements AutoCloseable {
  private static final String REALM = "EXAMPLE.ORG";
  private static final String PASSWORD = "of-a-test";

  private final Path folder;
  private final CentroidHome home = CentroidHome.find();
  private final SimpleKdcServer kdc = new SimpleKdcServer();
  private final List<Process> daemons = new ArrayList<>();
  private final int namenodePort = freePort();

  KerberizedHdfs(Path folder) throws Exception {
    this.folder = folder;
    try {
      startKdc();
      writeKeyStore();
      writeConfiguration();
      Process format = daemon("namenode", "-format", "-nonInteractive");
      if (!format.waitFor(90, TimeUnit.SECONDS) || format.exitValue() != 0) {
        throw new AssertionError("the NameNode was not formatted: " + log("namenode"));
      }
      daemons.add(daemon("namenode"));
      daemons.add(daemon("datanode"));
    } catch (Exception | Error e) {
      close();
      throw e;
    }
  }

  String url() {
    return "hdfs://localhost:" + namenodePort;
  }

  Path conf() {
    return folder.resolve("conf");
  }

  Path keytab(String user) {
    return folder.resolve(user + ".keytab");
  }

  static String principal(String user) {
    return user + "@" + REALM;
  }

  /** JVM flag with which a client finds the KDC. */
  String krb5Flag() {
    return "-Djava.security.krb5.conf=" + folder.resolve("kdc/krb5.conf");
  }

  String log(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".log"), StandardCharsets.ISO_8859_1);
  }

  boolean isAlive() {
    return daemons.stream().allMatch(Process::isAlive);
  }

  private void startKdc() throws Exception {
    Files.createDirectories(folder.resolve("kdc"));
    kdc.setWorkDir(folder.resolve("kdc").toFile());
    kdc.setKdcRealm(REALM);
    kdc.setKdcHost("localhost");
    kdc.setKdcTcpPort(freePort());
    kdc.setAllowUdp(false);
    kdc.init();
    kdc.start();
    for (String user : List.of("hdfs/localhost", "HTTP/localhost", "trainer", "stranger")) {
      kdc.createPrincipal(principal(user), "password of " + user);
    }
    for (String user : List.of("trainer", "stranger")) {
      kdc.exportPrincipal(principal(user), keytab(user).toFile());
    }
    kdc.exportPrincipal(principal("hdfs/localhost"), keytab("service").toFile());
    kdc.exportPrincipal(principal("HTTP/localhost"), keytab("service").toFile());
    for (String user : List.of("trainer", "stranger", "service")) {
      Files.setPosixFilePermissions(keytab(user), PosixFilePermissions.fromString("rw-------"));
    }
  }

  private void writeKeyStore() throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "hdfs",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                folder.resolve("hdfs.p12").toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    if (keytool.waitFor() != 0) {
      throw new AssertionError("keytool failed");
    }
  }

  private void writeConfiguration() throws IOException {
    Files.createDirectories(conf());
    Map<String, String> core = new LinkedHashMap<>();
    core.put("fs.defaultFS", url());
    core.put("hadoop.security.authentication", "kerberos");
    core.put("hadoop.security.authorization", "true");
    core.put("hadoop.rpc.protection", "privacy");
    core.put("hadoop.tmp.dir", folder.resolve("tmp").toString());
    write("core-site.xml", core);

    Map<String, String> hdfs = new LinkedHashMap<>();
    for (String daemon : List.of("namenode", "datanode")) {
      hdfs.put("dfs." + daemon + ".kerberos.principal", principal("hdfs/localhost"));
      hdfs.put("dfs." + daemon + ".keytab.file", keytab("service").toString());
    }
    hdfs.put("dfs.web.authentication.kerberos.principal", principal("HTTP/localhost"));
    hdfs.put("dfs.web.authentication.kerberos.keytab", keytab("service").toString());
    hdfs.put("dfs.block.access.token.enable", "true");
    hdfs.put("dfs.data.transfer.protection", "privacy");
    hdfs.put("dfs.http.policy", "HTTPS_ONLY");
    hdfs.put("dfs.permissions.enabled", "false");
    hdfs.put("dfs.replication", "1");
    hdfs.put("dfs.namenode.safemode.extension", "0");
    hdfs.put("dfs.heartbeat.interval", "1");
    hdfs.put("dfs.namenode.name.dir", folder.resolve("namenode").toUri().toString());
    hdfs.put("dfs.datanode.data.dir", folder.resolve("datanode").toUri().toString());
    hdfs.put("dfs.namenode.https-address", "localhost:" + freePort());
    hdfs.put("dfs.datanode.https.address", "localhost:" + freePort());
    hdfs.put("dfs.datanode.address", "localhost:" + freePort());
    hdfs.put("dfs.datanode.ipc.address", "localhost:" + freePort());
    hdfs.put("dfs.datanode.hostname", "localhost");
    write("hdfs-site.xml", hdfs);

    Map<String, String> ssl = new LinkedHashMap<>();
    ssl.put("ssl.server.keystore.location", folder.resolve("hdfs.p12").toString());
    ssl.put("ssl.server.keystore.type", "PKCS12");
    ssl.put("ssl.server.keystore.password", PASSWORD);
    ssl.put("ssl.server.keystore.keypassword", PASSWORD);
    write("ssl-server.xml", ssl);

    Files.createDirectories(folder.resolve("logging"));
    Files.writeString(
        folder.resolve("logging/log4j2.properties"),
        """
        status = error
        appender.console.type = Console
        appender.console.name = console
        appender.console.target = SYSTEM_ERR
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d{HH:mm:ss.SSS} %-5p %c{1}: %m%n
        rootLogger.level = info
        rootLogger.appenderRef.console.ref = console
        """);
  }

  private void write(String name, Map<String, String> values) throws IOException {
    StringBuilder xml = new StringBuilder("<configuration>\n");
    values.forEach(
        (key, value) ->
            xml.append(
                "<property><name>%s</name><value>%s</value></property>\n".formatted(key, value)));
    Files.writeString(conf().resolve(name), xml.append("</configuration>\n"));
  }

  private Process daemon(String name, String... arguments) throws IOException {
    String type = name.equals("namenode") ? "NameNode" : "DataNode";
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("@" + home.jvmOptions(), "-Xmx256m", "-XX:TieredStopAtLevel=1"));
    line.add(krb5Flag());
    line.add("-cp");
    line.add(
        String.join(
            File.pathSeparator,
            folder.resolve("logging").toString(),
            conf().toString(),
            home.hadoopJars() + "/*",
            home.sparkJars() + "/*"));
    line.add("org.apache.hadoop.hdfs.server." + name + "." + type);
    line.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve(name + ".log").toFile()));
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder.start();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws Exception {
    for (Process daemon : daemons) {
      daemon.destroyForcibly().waitFor();
    }
    kdc.stop();
  }
}
