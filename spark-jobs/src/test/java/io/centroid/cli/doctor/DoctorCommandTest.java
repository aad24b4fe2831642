package io.centroid.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.SyntheticDigitFiles;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.cli.Centroid;
import io.centroid.data.Split;
import io.centroid.error.ExitCode;
import io.centroid.nn.kernels.CpuKernels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in this JVM, with planted mistakes. */
class DoctorCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private record Answer(int exitCode, String text) {
    JsonNode json() throws IOException {
      return JSON.readTree(text);
    }

    /** What a check found, in one line each: text and settings. */
    List<String> found(String check) throws IOException {
      List<String> all = new ArrayList<>();
      for (JsonNode each : json().path("checks")) {
        if (each.path("name").asText().equals(check)) {
          each.path("findings")
              .forEach(
                  finding ->
                      all.add(
                          finding.path("severity").asText()
                              + " "
                              + finding.path("found").asText()
                              + " -> "
                              + finding.path("change").path(0).asText()));
        }
      }
      return all;
    }
  }

  private static Answer run(String... line) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Centroid.run(new PrintWriter(out, true), new PrintWriter(err, true), line);
    assertThat(err.toString()).isEmpty();
    return new Answer(exitCode, out.toString());
  }

  /** A run on few digits on threads; the kernels are those in use, so that they are no finding. */
  private Answer doctor(String... settings) {
    return run(line("doctor", Stream.concat(Stream.of("--json"), set(settings))));
  }

  private String[] line(String command, Stream<String> more) {
    Stream<String> own =
        set(
            "data.digits.train=200",
            "data.digits.test=50",
            "train.epochs=1",
            "train.local-steps=2",
            "compute.workers=local",
            "compute.threads=2",
            "compute.cpu-kernels=" + CpuKernels.loaded().orElseThrow(),
            "run.dir=" + folder.resolve("runs/one"));
    return Stream.concat(Stream.concat(Stream.of(command), own), more).toArray(String[]::new);
  }

  private static Stream<String> set(String... settings) {
    return Stream.of(settings).flatMap(setting -> Stream.of("--set", setting));
  }

  @Test
  void findsNothingInAGoodConfigurationAndLeavesNothing() throws IOException {
    Answer answer = doctor();
    assertThat(answer.json().path("findings").asInt()).as(answer.text).isZero();
    assertThat(answer.exitCode).isEqualTo(ExitCode.DONE);
    assertThat(answer.json().path("memory").path("terms")).isNotEmpty();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void fitsATerminal() {
    Answer answer = run(line("doctor", set("optimizer.learning-rate=0.2")));
    assertThat(answer.exitCode).as(answer.text).isEqualTo(ExitCode.DONE);
    assertThat(answer.text.lines())
        .allMatch(line -> line.length() <= 80 || line.startsWith("    ") || line.contains("/"));
    assertThat(answer.text)
        .contains("  ok       data      digits: 200 training, 50 test, 1x28x28, 10 outputs\n")
        .contains("Memory in MiB, at most")
        .containsPattern("\\n1[0-9] checks: no findings, ");
  }

  @Test
  void checksTheMachineAlone() throws IOException {
    Answer answer = run("doctor", "--json");
    assertThat(answer.json().path("checks"))
        .extracting(check -> check.path("name").asText())
        .containsExactly("java", "spark", "kernels", "engines", "gpu", "host");
    assertThat(answer.found("java")).isEmpty();
    assertThat(answer.found("spark")).isEmpty();
  }

  @Test
  void findsAConfigurationThatIsNotValid() throws IOException {
    Answer answer = doctor("train.batch-size=0");
    assertThat(answer.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(answer.found("settings").get(0)).contains("train.batch-size").contains("0");
  }

  @Test
  void findsARunDirThatIsAnotherFolder() throws IOException {
    Files.createDirectories(folder.resolve("runs/one"));
    Files.writeString(folder.resolve("runs/one/thesis.txt"), "mine");
    assertThat(doctor().found("run.dir").get(0))
        .startsWith("finding run.dir: ")
        .contains("is neither empty nor the folder of a run: it contains")
        .endsWith(" -> --set run.dir=DIR");
    assertThat(folder.resolve("runs/one/thesis.txt")).hasContent("mine");
  }

  @Test
  void findsARunDirThatCannotBeCreated() throws IOException {
    Answer answer = doctor("run.dir=/proc/centroid");
    assertThat(answer.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(answer.found("run.dir")).hasSize(1).allMatch(found -> found.contains("/proc"));
  }

  @Test
  void findsAnotherConfigurationInRunDir() throws IOException {
    assertThat(Centroid.run(silent(), silent(), line("train", Stream.empty())))
        .isEqualTo(ExitCode.DONE);
    List<Path> before = files();
    assertThat(doctor().found("run.dir")).isEmpty();
    assertThat(doctor("optimizer.learning-rate=0.3").found("run.dir"))
        .singleElement()
        .asString()
        .contains(
            "holds a run with another configuration: optimizer.learning-rate was 0.1 and is 0.3");
    assertThat(files()).isEqualTo(before);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted().toList();
    }
  }

  private static PrintWriter silent() {
    return new PrintWriter(new StringWriter());
  }

  @Test
  void findsARunDirInUse() throws IOException {
    try (WriterLease held =
        WriterLease.acquire(
            new org.apache.hadoop.fs.Path(folder.resolve("runs/one/checkpoints").toString()),
            new Configuration(),
            new LeaseTerms(Duration.ofSeconds(30), note -> {}),
            "a test")) {
      assertThat(held.fencingToken()).isEqualTo(1);
      assertThat(doctor().found("run.dir"))
          .singleElement()
          .asString()
          .contains("is in use by process " + ProcessHandle.current().pid() + " on ");
    }
    assertThat(doctor().found("run.dir")).isEmpty();
  }

  @Test
  void findsMissingAndDamagedData() throws IOException {
    Path data = folder.resolve("data");
    assertThat(doctor("data.format=idx", "data.path=" + data).found("data").get(0))
        .contains(data + ": no such file or directory -> --set data.path=DIR");
    SyntheticDigitFiles.of(Split.TRAIN, 60).writeIdx(data, "train");
    assertThat(doctor("data.format=idx", "data.path=" + data).found("data")).isEmpty();
    try (RandomAccessFile labels =
        new RandomAccessFile(data.resolve("train-labels-idx1-ubyte").toFile(), "rw")) {
      labels.seek(4);
      labels.writeInt(59);
      labels.setLength(8 + 59);
    }
    assertThat(doctor("data.format=idx", "data.path=" + data).found("data").get(0))
        .contains("60", "59");
  }

  @Test
  void findsTooFewExamples() throws IOException {
    assertThat(doctor("data.digits.train=3", "train.workers=4").found("data"))
        .anyMatch(
            found ->
                found.equals("finding 3 training examples for 4 workers -> --set train.workers=3"));
  }

  @Test
  void findsEarlyStoppingWithoutValidation() throws IOException {
    String[] settings = {"data.digits.train=10", "train.early-stopping.patience=2"};
    assertThat(doctor(settings).found("data").get(0))
        .startsWith("finding 10 training examples with data.validation-split = 0.05 are likely");
  }

  @Test
  void checksTheIncrementsOfRetraining() throws IOException {
    Path increments = folder.resolve("increments");
    SyntheticDigitFiles.of(Split.TRAIN, 60).writeIdx(increments.resolve("one"), "train");
    Answer answer =
        doctor(
            "data.format=idx",
            "data.path=" + increments,
            "registry.model=digits",
            "retrain.validation=" + folder.resolve("frozen"),
            "retrain.marker=_SUCCESS");
    assertThat(answer.found("data"))
        .hasSize(2)
        .anyMatch(found -> found.startsWith("note data increment one waits: there is no _SUCCESS"))
        .anyMatch(found -> found.startsWith("finding the frozen validation set: "));
  }

  @Test
  void findsAnEngineThatCannotComputeTheNetwork() throws IOException {
    assertThat(doctor("compute.engine=cpu", "model.name=cnn").found("engine").get(0))
        .contains("compute.engine must be", "-> --set compute.engine=auto");
  }

  @Test
  void findsAnMlflowServerThatDoesNotAnswer() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String uri = "http://127.0.0.1:" + server.getLocalPort();
      assertThat(doctor("report.mlflow.uri=" + uri).found("mlflow")).isEmpty();
      server.close();
      assertThat(doctor("report.mlflow.uri=" + uri).found("mlflow").get(0))
          .contains("no MLflow server answers at report.mlflow.uri = " + uri);
    }
    assertThat(
            doctor("report.mlflow.token=file:///no/such/token", "report.mlflow.uri=http://[::1]:1")
                .found("mlflow"))
        .hasSize(2);
  }

  @Test
  void findsASecretInPlainText() throws IOException {
    System.setProperty("spark.hadoop.fs.s3a.secret.key", "abc");
    try {
      Answer answer = doctor();
      assertThat(answer.found("settings").get(0))
          .startsWith("finding spark.hadoop.fs.s3a.secret.key holds a secret as plain text");
      assertThat(answer.text).doesNotContain("abc");
    } finally {
      System.clearProperty("spark.hadoop.fs.s3a.secret.key");
    }
  }

  @Test
  void notesLikelyMistakes() throws IOException {
    Answer answer =
        doctor(
            "train.workers=16", "optimizer.learning-rate-scaling=linear", "train.local-steps=50");
    assertThat(answer.found("settings").get(0))
        .contains("multiplies the learning rate by 16.0 for 16 workers");
    assertThat(answer.found("rounds").get(0))
        .contains("train.local-steps = 50, but an epoch has about 1 steps per worker");
    assertThat(
            doctor("data.digits.train=2000000", "train.batch-size=1", "checkpoint.every-rounds=0")
                .found("rounds")
                .get(0))
        .startsWith("note checkpoint.every-rounds = 0, and an epoch has about 950,000 steps");
    assertThat(answer.exitCode).isEqualTo(ExitCode.DONE);
  }

  @Test
  void findsCheckpointsThatDoNotFitTheDisk() throws IOException {
    assertThat(doctor("model.hidden=[20000,20000]", "checkpoint.keep=1000000").found("space"))
        .singleElement()
        .asString()
        .contains(" free, the run writes 1000002 checkpoints of ")
        .endsWith("-> --set checkpoint.keep=1");
  }
}
