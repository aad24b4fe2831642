package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.centroid.Eventually;
import io.centroid.cluster.CentroidHome;
import io.centroid.cluster.ClusterOptions;
import io.centroid.cluster.ClusterStatus;
import io.centroid.cluster.DevelopmentCluster;
import io.centroid.encryption.KeyFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.alias.CredentialProvider;
import org.apache.hadoop.security.alias.CredentialProviderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Searches the files, processes and web pages of a run on a cluster for canary secrets, given in
 * each of the three ways, for the token of an MLflow server, which quotes it when it refuses it,
 * for the keys that encrypt and sign its checkpoints, and for the cluster's own secret. They must
 * be only where they were put.
 */
@Tag("long")
class SecretCanaryIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final String VARIABLE = "CANARY_ACCESS_KEY";

  @TempDir private static Path folder;

  private static final Set<String> AUTHORIZATIONS = ConcurrentHashMap.newKeySet();

  private static HttpServer mlflow;
  private static String token = "";
  private static DevelopmentCluster cluster;
  private static ClusterStatus status;

  /** Places of each secret. */
  private static final Map<String, Set<String>> PLACES = new LinkedHashMap<>();

  private static String inEnvironment = "";

  /** Secrets found in each place. */
  private final Map<String, Set<String>> found = new LinkedHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    Path directory = folder.resolve("cluster");
    cluster = new DevelopmentCluster(CentroidHome.find(), directory, System.err::println);
    status = cluster.start(new ClusterOptions(1, 1, 2, "1g").secured());

    Path file = folder.resolve("s3.secret");
    writeCanary(file);
    Path tokenFile = folder.resolve("mlflow.token");
    token = writeCanary(tokenFile);
    mlflow = refusing();

    Path encryptionKey = folder.resolve("encryption.key");
    KeyFiles.newEncryptionKey(encryptionKey);
    String key = Files.readString(encryptionKey).strip();
    PLACES.put(key, Set.of(encryptionKey.toString()));
    PLACES.put(new String(Base64.getDecoder().decode(key), StandardCharsets.ISO_8859_1), Set.of());
    Path signingKey = folder.resolve("signing.pem");
    KeyFiles.newSigningKey(signingKey, folder.resolve("signing.pub"));
    PLACES.put(Files.readAllLines(signingKey).get(1), Set.of(signingKey.toString()));

    inEnvironment = canary();
    PLACES.put(inEnvironment, Set.of());

    String inProvider = canary();
    PLACES.put(inProvider, Set.of());
    String provider = status.hdfs().replace("hdfs://", "jceks://hdfs@") + "/canary.jceks";
    Configuration hadoop = new Configuration();
    for (String name : List.of("core-site.xml", "hdfs-site.xml")) {
      hadoop.addResource(cluster.configuration().resolve(name).toUri().toURL());
    }
    hadoop.set(CredentialProviderFactory.CREDENTIAL_PROVIDER_PATH, provider);
    CredentialProvider credentials = CredentialProviderFactory.getProviders(hadoop).get(0);
    credentials.createCredentialEntry("canary", inProvider.toCharArray());
    credentials.flush();

    Path defaults = cluster.configuration().resolve("spark-defaults.conf");
    String ofCluster =
        Files.readAllLines(defaults).stream()
            .filter(line -> line.startsWith("spark.authenticate.secret "))
            .map(line -> line.split(" ")[1])
            .findFirst()
            .orElseThrow();
    PLACES.put(ofCluster, Set.of(defaults.toString()));

    Files.createDirectories(folder.resolve("events"));
    Files.createDirectories(folder.resolve("local"));
    Files.writeString(
        folder.resolve("canary.conf"),
        """
        data.digits { train = 4000, test = 200 }
        model.hidden = [32]
        train { workers = 2, local-steps = 5, steps = 600, batch-size = 8 }
        checkpoint { every-rounds = 20 }
        train.inner-state = keep
        encryption.key = "file://%s"
        signature.key = "file://%s"
        spark.conf {
          "spark.hadoop.fs.s3a.secret.key" = "file://%s"
          "spark.hadoop.fs.s3a.access.key" = "env:%s"
          "spark.hadoop.fs.s3a.session.token" = "credential:canary"
          "spark.hadoop.hadoop.security.credential.provider.path" = "%s"
        }
        report.mlflow { uri = "http://127.0.0.1:%d", token = "file://%s" }
        """
            .formatted(
                encryptionKey,
                signingKey,
                file,
                VARIABLE,
                provider,
                mlflow.getAddress().getPort(),
                tokenFile));
  }

  private static String writeCanary(Path file) throws IOException {
    String secret = canary();
    Files.writeString(file, secret + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    PLACES.put(secret, Set.of(file.toString()));
    return secret;
  }

  /** A server that quotes the token when it refuses it. */
  private static HttpServer refusing() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String authorization =
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
          AUTHORIZATIONS.add(authorization);
          byte[] body =
              "{\"error_code\": \"UNAUTHENTICATED\", \"message\": \"no user has %s\"}"
                  .formatted(authorization)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(401, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  @AfterAll
  static void stop() {
    mlflow.stop(0);
    cluster.purge();
  }

  @Test
  void secretsDoNotLeak() throws Exception {
    int port = freePort();
    String ui = "http://127.0.0.1:" + port;
    List<String> line = new ArrayList<>();
    for (String property :
        List.of(
            "spark.ui.enabled=true",
            "spark.ui.port=" + port,
            "spark.eventLog.enabled=true",
            "spark.eventLog.dir=file://" + folder.resolve("events"),
            "spark.local.dir=" + folder.resolve("local"))) {
      line.addAll(List.of("--conf", property));
    }
    line.addAll(List.of("train", "canary.conf", "--json"));
    Set<String> pages = new TreeSet<>();
    try (Submitted train =
        Submitted.start(folder, folder.resolve("cluster"), Map.of(VARIABLE, inEnvironment), line)) {
      Eventually.await(
          "the executors' first tasks",
          LIMIT,
          () -> fetch(ui + "/api/v1/applications").contains("\"id\"") && hasTasks(ui));
      String application =
          fetch(ui + "/api/v1/applications").replaceAll("(?s).*?\"id\" *: *\"([^\"]+)\".*", "$1");
      for (String page : pages(ui, application)) {
        String text = fetch(page);
        if (!text.isEmpty()) {
          pages.add(page.replaceAll(":[0-9]+", "").replace(application, "ID"));
        }
        search(page, text);
      }
      String environment = fetch(ui + "/api/v1/applications/" + application + "/environment");
      // The secrets were passed to Spark, which redacts them.
      for (String key : List.of("secret.key", "access.key", "session.token")) {
        assertThat(environment)
            .containsPattern("spark.hadoop.fs.s3a." + key + "\"\\s*,\\s*\"\\*+\\(redacted\\)\"")
            .containsPattern("\"fs.s3a." + key + "\"\\s*,\\s*\"\\*+\\(redacted\\)\"");
      }
      searchProcesses();
      searchFiles(folder);
      assertThat(train.isAlive()).as("searched while it ran: %s", train.errors()).isTrue();
      assertThat(train.json().path("step").asLong()).isEqualTo(600);
      assertThat(train.errors())
          .contains("training, ", "answers 401 UNAUTHENTICATED: no user has Bearer ");
    }
    searchFiles(folder);
    assertThat(AUTHORIZATIONS).containsExactly("Bearer " + token);
    assertThat(folder.resolve("events")).isNotEmptyDirectory();
    assertThat(pages)
        .as("pages that answered")
        .contains(
            "http://127.0.0.1/environment/",
            "http://127.0.0.1/executors/",
            "http://127.0.0.1/jobs/",
            "http://127.0.0.1/stages/",
            "http://127.0.0.1/api/v1/applications/ID/environment",
            "http://127.0.0.1/app/?appId=ID");
    assertThat(found).isEqualTo(expected());
  }

  private static Map<String, Set<String>> expected() {
    Map<String, Set<String>> expected = new LinkedHashMap<>();
    PLACES.forEach(
        (secret, places) ->
            places.forEach(
                place -> expected.computeIfAbsent(place, any -> new TreeSet<>()).add(secret)));
    return expected;
  }

  private List<String> pages(String ui, String application) {
    List<String> pages = new ArrayList<>();
    for (String path :
        List.of(
            "jobs/",
            "stages/",
            "storage/",
            "environment/",
            "executors/",
            "SQL/",
            "metrics/json/")) {
      pages.add(ui + "/" + path);
    }
    pages.add(ui + "/executors/threadDump/?executorId=driver");
    for (String path :
        List.of("", "environment", "executors", "allexecutors", "jobs", "stages", "storage/rdd")) {
      pages.add(ui + "/api/v1/applications/" + application + (path.isEmpty() ? "" : "/" + path));
    }
    for (ClusterStatus.DaemonStatus daemon : status.daemons()) {
      for (String path :
          List.of("/", "/json/", "/metrics/json/", "/conf", "/jmx", "/environment/")) {
        pages.add(daemon.page() + path);
      }
      pages.add(daemon.page() + "/app/?appId=" + application);
      pages.add(daemon.page() + "/logPage/?appId=" + application + "&executorId=0&logType=stderr");
    }
    return pages;
  }

  private static boolean hasTasks(String ui) {
    String application =
        fetch(ui + "/api/v1/applications").replaceAll("(?s).*?\"id\" *: *\"([^\"]+)\".*", "$1");
    return fetch(ui + "/api/v1/applications/" + application + "/jobs").contains("\"SUCCEEDED\"");
  }

  private void search(String place, String text) {
    for (String secret : PLACES.keySet()) {
      if (spellings(secret).stream().anyMatch(text::contains)) {
        found.computeIfAbsent(place, any -> new TreeSet<>()).add(secret);
      }
    }
  }

  /** Searches command lines of all processes and environments of daemons and executors. */
  private void searchProcesses() throws IOException {
    List<Long> executors =
        ProcessHandle.of(cluster.pid("worker-1"))
            .orElseThrow()
            .descendants()
            .map(ProcessHandle::pid)
            .toList();
    assertThat(executors).as("executors").isNotEmpty();
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      search("command line of " + process.pid(), proc(process.pid(), "cmdline"));
    }
    for (ClusterStatus.DaemonStatus daemon : status.daemons()) {
      search("environment of " + daemon.name(), proc(daemon.pid(), "environ"));
    }
    for (long executor : executors) {
      // Spark's Worker passes only the cluster's secret to its executors this way.
      String environment =
          proc(executor, "environ").replaceAll("_SPARK_AUTH_SECRET=[0-9a-f]{64}", "");
      search("environment of an executor", environment);
    }
  }

  private static String proc(long pid, String name) {
    try {
      return Files.readString(
          Path.of("/proc", String.valueOf(pid), name), StandardCharsets.ISO_8859_1);
    } catch (IOException ended) {
      return "";
    }
  }

  private void searchFiles(Path root) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(root)) {
      files = walk.filter(Files::isRegularFile).toList();
    } catch (UncheckedIOException vanished) {
      searchFiles(root); // a file of the running job was removed meanwhile
      return;
    }
    for (Path file : files) {
      try {
        search(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
      } catch (IOException vanished) {
        // A file of the running job; remaining files are searched at the end.
      }
    }
  }

  private static List<String> spellings(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    return List.of(
        secret,
        Base64.getEncoder().encodeToString(bytes),
        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
        URLEncoder.encode(secret, StandardCharsets.UTF_8));
  }

  private static String canary() {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    return "canary+/" + HexFormat.of().formatHex(random) + "==";
  }

  /** Text of a page; empty if there is no such page. */
  private static String fetch(String url) {
    try (var in = URI.create(url).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException noSuchPage) {
      return "";
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
