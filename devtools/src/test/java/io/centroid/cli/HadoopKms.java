package io.centroid.cli;

import io.centroid.Eventually;
import io.centroid.cluster.CentroidHome;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.JarURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.apache.xbean.asm9.ClassReader;
import org.apache.xbean.asm9.ClassWriter;
import org.apache.xbean.asm9.commons.ClassRemapper;
import org.apache.xbean.asm9.commons.Remapper;
import org.jspecify.annotations.Nullable;

/**
 * Hadoop's KMS as a process on loopback, with a key store in a folder. Its classes are renamed as
 * those of Hadoop's client jars are, which have its libraries.
 */
final class HadoopKms implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final String SERVER = "org.apache.hadoop.crypto.key.kms.server.KMSWebServer";
  private static final String SHADED = "org/apache/hadoop/shaded/";
  private static final String JAXB = "javax/xml/bind/";
  private static final String DISABLE_WADL =
      "<init-param><param-name>com.sun.jersey.config.feature.DisableWADL</param-name>"
          + "<param-value>true</param-value></init-param>";

  private static final String OPTIONS_FILTER =
      "<filter><filter-name>options</filter-name><filter-class>"
          + KmsOptionsFilter.class.getName()
          + "</filter-class></filter>";

  private static final String OPTIONS_MAPPING =
      "<filter-mapping><filter-name>options</filter-name><url-pattern>/*</url-pattern>"
          + "</filter-mapping>";

  private static final int MILLIS = 2_000;
  private static final List<String> RENAMED =
      List.of(
          "javax/servlet/",
          "javax/ws/rs/",
          "com/sun/jersey/",
          "com/fasterxml/",
          "com/codahale/",
          "org/eclipse/jetty/");

  private final Path folder;
  private final int port;
  private @Nullable Process process;

  /**
   * Lays out a server.
   *
   * @param acls properties of {@code kms-acls.xml} in addition to full access
   */
  HadoopKms(Path folder, Map<String, String> acls) throws IOException {
    this.folder = Files.createDirectories(folder);
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    renameClasses();
    restoreJaxb();
    write("core-site.xml", Map.of());
    write(
        "kms-site.xml",
        Map.of(
            "hadoop.kms.http.host",
            "127.0.0.1",
            "hadoop.kms.http.port",
            String.valueOf(port),
            "hadoop.kms.key.provider.uri",
            "jceks://file@" + folder.resolve("kms.keystore"),
            "hadoop.kms.authentication.type",
            "simple"));
    Map<String, String> all = new TreeMap<>(acls);
    for (String operation : List.of("MANAGEMENT", "GENERATE_EEK", "DECRYPT_EEK", "READ")) {
      all.put("default.key.acl." + operation, "*");
    }
    write("kms-acls.xml", all);
  }

  private void write(String name, Map<String, String> properties) throws IOException {
    StringBuilder xml = new StringBuilder("<configuration>\n");
    properties.forEach(
        (key, value) ->
            xml.append(
                "<property><name>%s</name><value>%s</value></property>\n".formatted(key, value)));
    Files.writeString(folder.resolve(name), xml.append("</configuration>\n"));
  }

  private void renameClasses() throws IOException {
    try (JarFile jar = jarOf(SERVER.replace('.', '/') + ".class")) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        Path file = folder.resolve("classes").resolve(entry.getName());
        if (entry.isDirectory()) {
          continue;
        }
        Files.createDirectories(file.getParent());
        try (InputStream in = jar.getInputStream(entry)) {
          byte[] content = in.readAllBytes();
          if (entry.getName().endsWith(".class")) {
            content = renamed(content, HadoopKms::shaded);
          } else if (entry.getName().endsWith("web.xml")) {
            content =
                new String(content, StandardCharsets.UTF_8)
                    .replace("<load-on-startup>", DISABLE_WADL + "<load-on-startup>")
                    .replaceFirst("<filter>", OPTIONS_FILTER + "<filter>")
                    .replaceFirst("<filter-mapping>", OPTIONS_MAPPING + "<filter-mapping>")
                    .replace("com.sun.jersey", "org.apache.hadoop.shaded.com.sun.jersey")
                    .getBytes(StandardCharsets.UTF_8);
          }
          Files.write(file, content);
        }
      }
    }
  }

  /** The renamed Jersey still has the former name of this API, which Java 17 lacks. */
  private void restoreJaxb() throws IOException {
    try (JarFile jar = jarOf(SHADED + JAXB + "JAXBContext.class")) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (entry.getName().startsWith(SHADED + JAXB) && entry.getName().endsWith(".class")) {
          String name = entry.getName().substring(SHADED.length());
          Path file = folder.resolve("classes").resolve(name);
          Files.createDirectories(file.getParent());
          try (InputStream in = jar.getInputStream(entry)) {
            byte[] restored =
                renamed(
                    in.readAllBytes(),
                    used ->
                        used.startsWith(SHADED + JAXB) ? used.substring(SHADED.length()) : used);
            Files.write(file, restored);
          }
        }
      }
    }
  }

  private static JarFile jarOf(String resource) throws IOException {
    URL found = Objects.requireNonNull(HadoopKms.class.getClassLoader().getResource(resource));
    return ((JarURLConnection) found.openConnection()).getJarFile();
  }

  private static String shaded(String name) {
    return RENAMED.stream().anyMatch(name::startsWith) ? SHADED + name : name;
  }

  private static byte[] renamed(byte[] content, UnaryOperator<String> names) {
    ClassWriter writer = new ClassWriter(0);
    Remapper remapper =
        new Remapper() {
          @Override
          public String map(String name) {
            return names.apply(name);
          }
        };
    new ClassReader(content).accept(new ClassRemapper(writer, remapper), 0);
    return writer.toByteArray();
  }

  /** Starts the server and waits until it answers. */
  void start() throws Exception {
    CentroidHome home = CentroidHome.find();
    Process started =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dkms.config.dir=" + folder,
                "-cp",
                String.join(
                    ":",
                    folder.resolve("classes").toString(),
                    HadoopKms.class.getProtectionDomain().getCodeSource().getLocation().getPath(),
                    home.hadoopJars() + "/*",
                    home.sparkJars() + "/*"),
                SERVER)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("kms.log").toFile())
            .start();
    process = started;
    Eventually.await(
        "the KMS answers: " + folder.resolve("kms.log"),
        LIMIT,
        () -> {
          if (!started.isAlive()) {
            throw new AssertionError(Files.readString(folder.resolve("kms.log")));
          }
          return answers();
        });
  }

  private boolean answers() {
    try {
      URL names =
          URI.create("http://127.0.0.1:" + port + "/kms/v1/keys/names?user.name=test").toURL();
      HttpURLConnection connection = (HttpURLConnection) names.openConnection();
      connection.setConnectTimeout(MILLIS);
      connection.setReadTimeout(MILLIS);
      return connection.getResponseCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** The key provider of clients, {@code hadoop.security.key.provider.path}. */
  String provider() {
    return "kms://http@127.0.0.1:" + port + "/kms";
  }

  /** Kills the server; its keys stay. */
  void stop() throws InterruptedException {
    Process running = process;
    if (running != null) {
      running.destroyForcibly().waitFor();
    }
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
