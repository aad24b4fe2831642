package io.centroid.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.centroid.SyntheticDigitFiles;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.cli.Centroid;
import io.centroid.data.Split;
import io.centroid.encryption.KeyFiles;
import io.centroid.error.ExitCode;
import io.centroid.nn.kernels.CpuKernels;
import io.centroid.tracking.MlflowServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
  void namesAConfigurationThatCannotBeRead() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.conf"), "train {\n  workers = [1\n}\n");
    Answer syntax = run("doctor", "--json", broken.toString());
    assertThat(syntax.found("settings"))
        .singleElement()
        .asString()
        .containsPattern(" -> fix the syntax at " + broken + ": line [34]$");
    assertThat(run("doctor", broken.toString()).text.lines().findFirst().orElse(""))
        .endsWith(", " + broken);
    assertThat(run("doctor", "--json", folder + "/nosuch.conf").found("settings").get(0))
        .endsWith("nosuch.conf: no such configuration file -> name an existing file");
  }

  @Test
  void findsAllKeysThatCannotBeUsed() throws IOException {
    assertThat(doctor().text).contains("no key encrypts or signs the checkpoints");
    Path key = folder.resolve("model key");
    KeyFiles.newEncryptionKey(key);
    KeyFiles.newSigningKey(folder.resolve("own.pem"), folder.resolve("own.pub"));
    KeyFiles.newSigningKey(folder.resolve("other.pem"), folder.resolve("other.pub"));
    String trusted = "signature.trusted=[" + folder.resolve("own.pub") + "]";
    String encryption = "encryption.key=" + key.toUri();
    Answer fit = doctor(encryption, trusted, "signature.key=file://" + folder.resolve("own.pem"));
    assertThat(fit.found("keys")).as(fit.text).isEmpty();
    assertThat(fit.text).contains("encryption.key, signature.key, signature.trusted");
    assertThat(doctor(trusted).found("keys"))
        .containsExactly(
            "finding signature.trusted needs signature.key, or this configuration would refuse its"
                + " own models: set it to the private key of one of "
                + folder.resolve("own.pub")
                + " -> --set signature.key=file:///PATH");
    assertThat(doctor(trusted, "signature.key=file://" + folder.resolve("other.pem")).found("keys"))
        .singleElement()
        .asString()
        .contains("signature.key is the private key of none of signature.trusted")
        .endsWith(" -> --set 'signature.trusted=[FILE]'");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    Answer wrong =
        doctor(
            encryption,
            "signature.key=file://" + folder.resolve("lost.pem"),
            "signature.trusted=[" + folder.resolve("lost.pub") + "]");
    assertThat(wrong.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(wrong.found("keys"))
        .containsExactly(
            "finding encryption.key: "
                + key
                + " is accessible to others (rw-r--r--): chmod 600 it, and change the secret if it"
                + " matters -> chmod 600 '"
                + key
                + "'",
            "finding signature.key: "
                + folder.resolve("lost.pem")
                + ": no such file -> --set signature.key=file:///PATH",
            "finding "
                + folder.resolve("lost.pub")
                + ": no such file, expected a trusted public key -> --set"
                + " 'signature.trusted=[FILE]'");
  }

  @Test
  void findsAKmsThatDoesNotAnswer() throws IOException {
    String property = "hadoop.security.key.provider.path";
    assertThat(
            doctor(
                    "encryption.key=kms:models",
                    "spark.conf.\"spark.hadoop." + property + "\"=kms://http@127.0.0.1:1/kms")
                .found("keys"))
        .singleElement()
        .asString()
        .contains("encryption.key: kms://http@127.0.0.1:1/kms: ")
        .contains("Failed to connect to: http://127.0.0.1:1/kms")
        .endsWith(" -> --conf spark.hadoop." + property + "=kms://https@HOST:PORT/kms");
  }

  @Test
  void skipsTheSpaceOfAFileSystemThatCannotBeReached() throws IOException {
    Answer answer = doctor("run.dir=hdfs://localhost:1/runs/one");
    assertThat(answer.found("run.dir"))
        .singleElement()
        .asString()
        .contains("localhost:1: Connection refused; is the file system up?")
        .doesNotContain("wiki");
    assertThat(answer.found("space")).isEmpty();
    assertThat(answer.text).contains("run.dir cannot be reached; see run.dir");
  }

  @Test
  void findsAllInvalidSettingsWithWhatChangesThem() throws IOException {
    assertThat(doctor("train.batch-size=0", "train.worker=3", "report.html=yes").found("settings"))
        .containsExactly(
            "finding --set train.worker: unknown key train.worker; the nearest known one is"
                + " train.workers -> rename train.worker to train.workers",
            "finding train.batch-size must be a whole number from 1 to 2147483647: 0 (--set"
                + " train.batch-size) -> --set train.batch-size=64",
            "finding report.html must be true or false: yes (--set report.html) -> --set"
                + " report.html=true");
    String property = "spark.conf.\"spark.%s\"=%s";
    assertThat(
            doctor(
                    property.formatted("executor.memory", "4x"),
                    property.formatted("driver.maxResultSize", "much"))
                .found("settings"))
        .containsExactly(
            "finding spark.driver.maxResultSize must be a whole number with a unit, such as 512m or"
                + " 4g: much -> --conf spark.driver.maxResultSize=VALUE",
            "finding spark.executor.memory must be a whole number with a unit, such as 512m or 4g:"
                + " 4x -> --conf spark.executor.memory=VALUE");
    assertThat(run(line("doctor", Stream.of("--json", "--master", "local[2]"))).found("settings"))
        .containsExactly(
            "finding --master requires compute.workers = spark, found local -> --set"
                + " compute.workers=spark");
  }

  @Test
  void findsAMissingFolderOfTheEventLog() throws IOException {
    Path events = folder.resolve("spark events");
    String[] settings = {
      "compute.workers=spark",
      "spark.master=local[2]",
      "spark.conf.\"spark.eventLog.enabled\"=true",
      "spark.conf.\"spark.eventLog.dir\"=" + events
    };
    assertThat(doctor(settings).found("eventlog"))
        .singleElement()
        .asString()
        .contains(events + ": no such file or directory")
        .endsWith(" -> mkdir -p '" + events + "'");
    Files.writeString(events, "a file");
    assertThat(doctor(settings).found("eventlog").get(0))
        .contains("is not a folder -> --conf spark.eventLog.dir=DIR");
    Files.delete(events);
    Files.createDirectory(events);
    assertThat(doctor(settings).found("eventlog")).isEmpty();
    Path current = Path.of("").toAbsolutePath();
    settings[3] = "spark.conf.\"spark.eventLog.dir\"=" + current.relativize(events);
    assertThat(doctor(settings).found("eventlog")).isEmpty();
    settings[3] = "spark.conf.\"spark.eventLog.dir\"=no-such-folder";
    assertThat(doctor(settings).found("eventlog"))
        .singleElement()
        .asString()
        .endsWith(" -> mkdir -p " + current.resolve("no-such-folder"));
  }

  @Test
  void findsTestImagesWithoutLabels() throws IOException {
    Path data = folder.resolve("mnist");
    SyntheticDigitFiles.of(Split.TRAIN, 60).writeIdx(data, "train");
    SyntheticDigitFiles.of(Split.TEST, 20).writeIdx(data, "t10k");
    String[] settings = {"data.format=idx", "data.path=" + data};
    assertThat(doctor(settings).found("data")).isEmpty();
    Files.delete(data.resolve("t10k-labels-idx1-ubyte"));
    String images = data + "/t10k-images-idx3-ubyte";
    assertThat(doctor(settings).found("data"))
        .containsExactly(
            "finding "
                + images
                + " has test examples without targets -> centroid fetch mnist --out "
                + data);
    StringWriter err = new StringWriter();
    assertThat(Centroid.run(silent(), new PrintWriter(err, true), line("train", set(settings))))
        .isEqualTo(ExitCode.DONE);
    assertThat(err.toString().lines())
        .filteredOn(note -> note.contains("without targets"))
        .containsExactly(images + ": test examples without targets, so there is no test set");
    Path other = Files.move(data, folder.resolve("letters"));
    assertThat(doctor("data.format=idx", "data.path=" + other).found("data").get(0))
        .endsWith(" -> cp LABELS " + other + "/t10k-labels-idx1-ubyte");
  }

  @Test
  void proposesToFetchMnist() throws IOException {
    Path data = folder.resolve("data/mnist");
    assertThat(doctor("data.format=idx", "data.path=" + data).found("data"))
        .singleElement()
        .asString()
        .endsWith(" -> centroid fetch mnist --out " + data);
  }

  @Test
  void namesTheKeyOfAWrongColumn() throws IOException {
    Path table = Files.writeString(folder.resolve("t.csv"), "a,b,the class\n1,2,0\n2,1,1\n");
    String[] settings = {
      "data.format=csv",
      "data.path=" + table,
      "data.csv.features=numbers",
      "data.csv.target=The_Class"
    };
    assertThat(doctor(settings).found("data"))
        .singleElement()
        .asString()
        .contains("The columns are 'a', 'b', 'the class'")
        .endsWith(" -> --set 'data.csv.target=the class'");
    settings[3] = "data.csv.target=";
    assertThat(doctor(settings).found("data").get(0))
        .contains("line 1: data.csv.target is empty; the columns are 'a', 'b', 'the class'");
    assertThat(doctor("data.csv.test=t.csv").found("settings").get(0))
        .endsWith(" -> remove data.csv.test");
    settings[3] = "data.csv.target=species";
    assertThat(doctor(settings).found("data").get(0)).endsWith(" -> --set data.csv.target=VALUE");
    settings[3] = "data.csv.target=the class";
    assertThat(doctor(settings).found("data")).isEmpty();
    assertThat(
            doctor(
                    Stream.concat(Stream.of(settings), Stream.of("data.csv.ignore=[id]"))
                        .toArray(String[]::new))
                .found("data")
                .get(0))
        .endsWith(" -> --set data.csv.ignore=VALUE");
  }

  @Test
  void notesATableWithoutTargetsToTest() throws IOException {
    Path data = Files.createDirectory(folder.resolve("kaggle"));
    Files.writeString(data.resolve("train.csv"), "a,b,label\n1,2,0\n2,1,1\n");
    Files.writeString(data.resolve("test.csv"), "a,b\n1,2\n2,1\n");
    assertThat(
            doctor("data.format=csv", "data.path=" + data, "data.csv.features=numbers")
                .found("data"))
        .contains(
            "note "
                + data
                + "/test.csv has test examples without targets -> --set data.test-file=FILE");
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
    String uri;
    try (MlflowServer server = new MlflowServer()) {
      uri = server.uri();
      assertThat(doctor("report.mlflow.uri=" + uri).found("mlflow")).isEmpty();
      assertThat(server.runIds()).isEmpty();
    }
    assertThat(doctor("report.mlflow.uri=" + uri).found("mlflow"))
        .containsExactly(
            "finding report.mlflow.uri = "
                + uri
                + " cannot be reached -> --set report.mlflow.uri=http://HOST:PORT");
    assertThat(
            doctor("report.mlflow.token=file:///no/such/token", "report.mlflow.uri=http://[::1]:1")
                .found("mlflow"))
        .hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401|Unauthorized|answers 401|report.mlflow.token=file:///PATH",
        "403|{}|answers 403|report.mlflow.token=file:///PATH",
        "404|Not Found|answers 404|report.mlflow.uri=http://HOST:PORT",
        "200|<html>Sign in</html>|is it an MLflow server?|report.mlflow.uri=http://HOST:PORT",
        "200|{\"status\": \"up\"}|is it an MLflow server?|report.mlflow.uri=http://HOST:PORT"
      })
  void findsAServerThatIsNotMlflowOrRefuses(int status, String body, String found, String change)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try {
      String uri = "http://127.0.0.1:" + server.getAddress().getPort();
      assertThat(doctor("report.mlflow.uri=" + uri).found("mlflow"))
          .singleElement()
          .asString()
          .contains(found)
          .endsWith(" -> --set " + change);
    } finally {
      server.stop(0);
    }
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
