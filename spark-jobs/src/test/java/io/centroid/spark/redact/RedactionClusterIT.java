package io.centroid.spark.redact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.ReadingOptions;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.redact.table.Anonymity;
import io.centroid.spark.LocalCluster;
import io.centroid.spark.text.CorpusProgress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redaction on executors that are processes of their own, with Kryo, against one thread. */
class RedactionClusterIT {
  private static final String MAIL = "zebulon.quartermain@example.org";

  @TempDir private Path folder;

  @Test
  void anyNumberOfExecutorsWritesTheSameAndLogsNoPerson() throws Exception {
    Path in = input();
    RedactionManifest expected;
    Map<String, String> pages;
    try (JavaSparkContext spark =
        new JavaSparkContext(
            new SparkConf()
                .setAppName("redaction")
                .setMaster("local[1]")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.ui.port", "0"))) {
      expected = redact(spark, in, "thread");
      pages = pages(spark);
    }
    assertThat(expected.counts()).containsEntry("email", 901L);
    assertThat(expected.documents()).isEqualTo(900 + 60);
    assertThat(Objects.requireNonNull(expected.anonymity()).found())
        .isEqualTo(new Anonymity.Found(60, 3, 20, 0, 0, 0, 0));
    Map<String, String> content = content("thread");
    assertThat(content.keySet()).containsExactly("_redaction.json", "people.csv", "text.txt");
    assertThat(pages).containsKey("/stages/").allSatisfy(RedactionClusterIT::hasNoPerson);
    for (int executors : List.of(1, 2, 4)) {
      String out = "cluster" + executors;
      try (LocalCluster cluster =
          LocalCluster.start(folder.resolve("home" + executors), conf(executors))) {
        cluster.awaitExecutors(executors);
        assertThat(redact(cluster.spark(), in, out)).isEqualTo(expected);
        assertThat(content(out)).isEqualTo(content);
        assertThat(sample(out)).hasSize(10).isEqualTo(sample("thread"));
        assertDamageIsReportedWithoutText(cluster.spark());
        Map<String, String> logs = executorLogs();
        assertThat(logs).hasSize(executors).allSatisfy(RedactionClusterIT::hasNoPerson);
        assertThat(String.join("\n", logs.values())).contains("Finished task", "DEBUG");
      }
    }
    assertThat(texts(folder.resolve("events")))
        .hasSize(3)
        .allSatisfy(RedactionClusterIT::hasNoPerson);
  }

  /** A task fails in the middle of a file with persons before and after. */
  private void assertDamageIsReportedWithoutText(JavaSparkContext spark) throws IOException {
    String line = "{\"text\": \"" + MAIL + "\"}\n";
    Path bad =
        Files.writeString(
            folder.resolve("bad.jsonl"), line.repeat(500) + line.substring(5) + line.repeat(500));
    Throwable failure = catchThrowable(() -> redact(spark, bad, "bad"));
    assertThat(failure)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("bad.jsonl: the line at byte " + 500 * line.length());
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    hasNoPerson("stack trace", trace.toString());
    assertThat(folder.resolve("bad")).doesNotExist();
  }

  private SparkConf conf(int executors) throws IOException {
    return new SparkConf()
        .setAppName("redaction")
        .setMaster("local-cluster[" + executors + ",1,1024]")
        .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .set("spark.executor.extraJavaOptions", "-Dlog4j2.configurationFile=" + log4j())
        .set("spark.eventLog.enabled", "true")
        .set("spark.eventLog.dir", "file://" + Files.createDirectories(folder.resolve("events")));
  }

  private RedactionManifest redact(JavaSparkContext spark, Path in, String out) throws IOException {
    Path policy =
        Files.writeString(
            folder.resolve("policy.conf"),
            """
            kinds { email = pseudonym }
            pseudonym-key = "%s"
            columns { mail = hash, age { generalize { bin = 20 } } }
            anonymity { quasi-identifiers = [age], k = 20 }
            """
                .formatted(key()));
    RedactionSettings settings =
        new RedactionSettings(
            List.of(in.toString()),
            folder.resolve(out).toString(),
            false,
            in.toString().endsWith(".jsonl") ? null : DocumentKind.LINE,
            new ReadingOptions("", StandardCharsets.UTF_8, false),
            2_000,
            Optional.of(new SampleSettings(10, key())));
    return new RedactionJob(
            spark,
            settings,
            RedactionPolicy.read(policy.toString(), new Configuration()),
            new Silent())
        .run();
  }

  private String key() throws IOException {
    Path key = folder.resolve("key");
    Files.writeString(key, Base64.getEncoder().encodeToString(new byte[32]));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    return "file://" + key;
  }

  private Path input() throws IOException {
    Path in = Files.createDirectories(folder.resolve("in"));
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 900; i++) {
      lines.append("Line ").append(i).append(" is from ").append(MAIL).append(".\n");
    }
    Files.writeString(in.resolve("text.txt"), lines);
    StringBuilder table = new StringBuilder("mail,age,note\n");
    for (int i = 0; i < 60; i++) {
      table
          .append(MAIL)
          .append(',')
          .append(i)
          .append(',')
          .append(i == 7 ? MAIL : "none")
          .append('\n');
    }
    Files.writeString(in.resolve("people.csv"), table);
    return in;
  }

  /** The pages of Spark's web UI, with those of the first stage, and its REST API. */
  private static Map<String, String> pages(JavaSparkContext spark) throws Exception {
    String web = spark.sc().uiWebUrl().get();
    HttpClient client = HttpClient.newHttpClient();
    Map<String, String> pages = new TreeMap<>();
    for (String page :
        List.of(
            "/jobs/",
            "/jobs/job/?id=0",
            "/stages/",
            "/stages/stage/?id=0&attempt=0",
            "/storage/",
            "/environment/",
            "/executors/",
            "/api/v1/applications/" + spark.sc().applicationId() + "/jobs",
            "/api/v1/applications/" + spark.sc().applicationId() + "/stages?details=true")) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(web + page)).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(page).isEqualTo(200);
      pages.put(page, response.body());
    }
    return pages;
  }

  /** Standard output and error of the executors that run, by their working folders. */
  private static Map<String, String> executorLogs() throws IOException {
    Map<String, String> logs = new TreeMap<>();
    for (ProcessHandle process : ProcessHandle.current().children().toList()) {
      Path work = Files.readSymbolicLink(Path.of("/proc", String.valueOf(process.pid()), "cwd"));
      if (Files.exists(work.resolve("stderr"))) {
        logs.put(
            work.toString(),
            Files.readString(work.resolve("stdout"), StandardCharsets.ISO_8859_1)
                + Files.readString(work.resolve("stderr"), StandardCharsets.ISO_8859_1));
      }
    }
    return logs;
  }

  /** Executors log in all detail. */
  private Path log4j() throws IOException {
    return Files.writeString(
        folder.resolve("log4j2.properties"),
        """
        appender.console.type = Console
        appender.console.name = console
        appender.console.target = SYSTEM_ERR
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %p %c: %m%n%ex
        rootLogger.level = info
        rootLogger.appenderRef.stderr.ref = console
        logger.spark.name = org.apache.spark
        logger.spark.level = debug
        logger.centroid.name = io.centroid
        logger.centroid.level = trace
        """);
  }

  private static void hasNoPerson(String place, String text) {
    assertThat(text.contains(MAIL) || text.contains("zebulon")).as(place).isFalse();
  }

  private List<String> sample(String out) throws IOException {
    return SealedSample.open(
        new HadoopFiles(new Configuration()),
        folder.resolve(out).resolve(SealedSample.FILE).toString(),
        key());
  }

  /** The files of the output, without the sample, whose data key is random. */
  private Map<String, String> content(String out) throws IOException {
    Map<String, String> content = texts(folder.resolve(out));
    assertThat(content.remove(SealedSample.FILE)).isNotEmpty();
    return content;
  }

  private static Map<String, String> texts(Path root) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        texts.put(
            root.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return texts;
  }

  private record Silent() implements CorpusProgress {
    @Override
    public void onNote(String note) {}

    @Override
    public void onPass(String what, int tasks) {}

    @Override
    public void onTask() {}
  }
}
