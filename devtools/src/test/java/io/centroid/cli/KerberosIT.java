package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.Eventually;
import io.centroid.SyntheticDigitFiles;
import io.centroid.cluster.CentroidHome;
import io.centroid.data.Split;
import io.centroid.error.ExitCode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training from and to an HDFS that requires Kerberos tickets. */
@Tag("long")
class KerberosIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final CentroidHome HOME = CentroidHome.find();

  @TempDir private static Path folder;

  private static KerberizedHdfs hdfs;

  @BeforeAll
  static void start() throws Exception {
    hdfs = new KerberizedHdfs(folder);
    Path digits = folder.resolve("mnist");
    SyntheticDigitFiles.of(Split.TRAIN, 1_000).writeIdx(digits, "train");
    SyntheticDigitFiles.of(Split.TEST, 100).writeIdx(digits, "t10k");
    List<String> copy =
        java(
            hdfs.conf() + File.pathSeparator + System.getProperty("java.class.path"),
            KerberosCopy.class.getName(),
            KerberizedHdfs.principal("trainer"),
            hdfs.keytab("trainer").toString(),
            hdfs.url(),
            digits.toString(),
            "/user/trainer/mnist");
    Ended[] copied = new Ended[1];
    // The NameNode may not be up yet, or the DataNode not registered.
    Eventually.await(
        "digits on HDFS",
        LIMIT,
        () -> {
          assertThat(hdfs.isAlive()).as(() -> logs()).isTrue();
          copied[0] = run("copy", copy);
          return copied[0].exitCode() == 0;
        });
    assertThat(copied[0].out()).isEqualTo("trainer\n");
  }

  @AfterAll
  static void stop() throws Exception {
    hdfs.close();
  }

  @Test
  void threadsAndSparkAreBitwiseIdenticalAfterAKeytabLogin() throws Exception {
    List<String> login =
        List.of(
            "--set=security.kerberos.principal=" + KerberizedHdfs.principal("trainer"),
            "--set=security.kerberos.keytab=" + hdfs.keytab("trainer"));
    String threads = sha256(run("threads", centroid(train("threads", login, "local"))));

    List<String> spark = new ArrayList<>(List.of("--master", "local[2]"));
    spark.addAll(List.of("--principal", KerberizedHdfs.principal("trainer")));
    spark.addAll(List.of("--keytab", hdfs.keytab("trainer").toString()));
    spark.addAll(List.of("--class", Centroid.class.getName(), HOME.jobJar().toString()));
    spark.addAll(train("submitted", List.of(), "spark"));
    List<String> submit =
        java(
            classPath(HOME.sparkJars() + "/*"),
            "org.apache.spark.deploy.SparkSubmit",
            spark.toArray(String[]::new));
    assertThat(sha256(run("submitted", submit))).isEqualTo(threads);

    // As with ./centroid on one machine: without a previous login by spark-submit.
    List<String> embedded = new ArrayList<>(train("embedded", login, "spark"));
    embedded.add("--set=spark.master=local[2]");
    assertThat(sha256(run("embedded", centroid(embedded)))).isEqualTo(threads);
    assertThat(hdfs.log("namenode"))
        .contains("Auth successful for trainer@EXAMPLE.ORG (auth:KERBEROS)");
  }

  @Test
  void aMissingTicketIsReported() throws Exception {
    Ended ended = run("no-ticket", centroid(train("none", List.of(), "local")));
    // Nothing else: Hadoop's client, which would retry for minutes, is not called.
    assertThat(ended.err().lines())
        .containsExactly(
            "centroid: Hadoop requires Kerberos and there is no ticket: run kinit, or set a keytab"
                + " (security.kerberos.principal and security.kerberos.keytab; spark-submit:"
                + " --principal and --keytab)");
    assertThat(ended.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void aKeytabOfAnotherPrincipalIsRejected() throws Exception {
    List<String> login =
        List.of(
            "--set=security.kerberos.principal=" + KerberizedHdfs.principal("trainer"),
            "--set=security.kerberos.keytab=" + hdfs.keytab("stranger"));
    Ended ended = run("stranger", centroid(train("none", login, "local")));
    assertThat(ended.err())
        .startsWith("centroid: Kerberos login failed for trainer@EXAMPLE.ORG with the keytab ")
        .hasLineCount(1);
    assertThat(ended.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
  }

  private record Ended(int exitCode, String out, String err) {}

  private static String sha256(Ended ended) throws IOException {
    assertThat(ended.exitCode()).as(() -> ended.err() + logs()).isZero();
    return new ObjectMapper().readTree(ended.out()).path("parametersSha256").asText();
  }

  private static List<String> train(String name, List<String> more, String workers) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "train",
                "--json",
                "--set=data.format=idx",
                "--set=data.path=" + hdfs.url() + "/user/trainer/mnist",
                "--set=run.dir=" + hdfs.url() + "/user/trainer/runs/" + name,
                "--set=model.hidden=[16]",
                "--set=train.steps=20",
                "--set=train.local-steps=5",
                "--set=train.batch-size=16",
                "--set=compute.workers=" + workers));
    line.addAll(more);
    return line;
  }

  private static List<String> centroid(List<String> command) {
    return java(
        classPath(HOME.jobJar().toString(), HOME.sparkJars() + "/*"),
        Centroid.class.getName(),
        command.toArray(String[]::new));
  }

  private static String classPath(String... entries) {
    return String.join(
        File.pathSeparator,
        HOME.conf().toString(),
        hdfs.conf().toString(),
        String.join(File.pathSeparator, entries));
  }

  private static List<String> java(String classPath, String main, String... arguments) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("@" + HOME.jvmOptions(), "-Xmx600m"));
    line.add("-Dorg.bytedeco.javacpp.maxbytes=1g");
    line.add(hdfs.krb5Flag());
    line.add("-cp");
    line.add(classPath);
    line.add(main);
    line.addAll(List.of(arguments));
    return line;
  }

  private static Ended run(String name, List<String> line) throws Exception {
    Path out = folder.resolve(name + ".out");
    Path err = folder.resolve(name + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    environment.remove("JAVA_TOOL_OPTIONS");
    environment.put("SPARK_HOME", HOME.sparkHome().toString());
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    environment.put("HADOOP_CONF_DIR", hdfs.conf().toString());
    environment.put("KRB5CCNAME", folder.resolve("no-such-ticket-cache").toString());
    Process process = builder.start();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(name + " does not end: " + Files.readString(err));
    }
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static String logs() {
    try {
      return hdfs.log("namenode") + hdfs.log("datanode");
    } catch (IOException e) {
      return e.toString();
    }
  }
}
