package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.cli.process.Failure;
import io.centroid.cluster.ClusterException;
import io.centroid.devtools.Developer;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.error.WorkerFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class CentroidTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void versionGoesToStandardOutput() {
    assertThat(run("--version")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).startsWith("centroid ");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void helpListsTheCommands() {
    assertThat(run("help")).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("cluster", "submit");
  }

  @Test
  void withoutACommandPrintsHelpAndExitsWithBadInput() {
    assertThat(run()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("Usage: centroid");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      textBlock =
          """
          trian                              > unknown command trian; the nearest known one is train
          xyz                                > unknown command xyz; see centroid --help
          train --progress=bar               > Invalid value for option '--progress': expected one of [AUTO, PLAIN, NONE] (case-insensitive) but was 'bar'
          train --jsno                       > unknown option --jsno; the nearest known one is --json
          train -z                           > unknown option -z; see centroid train --help
          train a.conf b.conf                > unexpected argument b.conf; see centroid train --help
          cluster sttart                     > unknown command sttart; the nearest known one is start
          train --set train.epoch=1          > --set train.epoch: unknown key train.epoch; the nearest known one is train.epochs
          train --set train.epochs           > --set train.epochs: expected key=value
          train --set train.epochs=0         > train.epochs must be a whole number from 1 to 2147483647: 0 (--set train.epochs)
          train none.conf                    > none.conf: no such configuration file
          evaluate                           > Missing required parameter: 'MODEL'
          fetch imagenet                     > fetch: expected mnist, found imagenet
          fetch mnist --to x                 > unknown option --to; it is replaced by --out
          fetch mnist --conf x               > unknown option --conf; it is replaced by an argument: fetch mnist CONF
          cluster start --workers 3          > unknown option --workers; it is replaced by --spark-workers
          cluster start --dir=x              > unknown option --dir; it is replaced by --cluster-dir
          chaos --mean-pause 3               > unknown option --mean-pause; it is replaced by --mean-pause-seconds
          bench averaging --threads          > unknown option --threads; it is replaced by --compute local
          train --conf train.epochs=2        > --conf: expected spark.KEY=VALUE (Centroid's own keys are set by --set), found the key train.epochs
          train --conf spark.a               > --conf: expected spark.KEY=VALUE (Centroid's own keys are set by --set), found no =
          train --conf spark.driver.memory=4g > --conf spark.driver.memory has no effect in a running driver: give it to spark-submit, or to submit before the command; CENTROID_DRIVER_MEMORY sets the memory of ./centroid
          submit --files a.conf train a.conf > unknown option --files; see centroid submit --help
          submit --driver-memor 2g train     > unknown option --driver-memor; the nearest known one is --driver-memory
          train --master x --set compute.workers=local > --master requires compute.workers = spark, found local
          train hdfs:///a.conf               > hdfs:/a.conf: Incomplete HDFS URI, no host: hdfs:///a.conf
          train nofs://x/a.conf              > nofs://x/a.conf: no such file system: No FileSystem for scheme "nofs"
          train file:///none/a.conf          > file:///none/a.conf: no such configuration file
          train hdfs://u:p@x/a.conf          > CONF: the configuration file has a password in a URL; see docs/security.md for alternatives
          evaluate registry:digits           > expected registry:ROOT/MODEL@ALIAS or registry:ROOT/MODEL@VERSION, as in registry:hdfs:///registry/digits@champion, found "registry:digits"
          """)
  void badUsageIsReportedInOneLine(String line, String message) {
    assertThat(run(line.split(" "))).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().lines()).containsExactly("centroid: " + message);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void badInputIsReportedWithoutStackTrace() {
    int exitCode = runFailing(new InputException("train.batch-size must be > 0: 0"));
    assertThat(exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().lines()).containsExactly("centroid: train.batch-size must be > 0: 0");
  }

  @Test
  void badInputOnAnExecutorIsReportedAsBadInput() {
    InputException found = new InputException("labels.gz, record 7: label 12 of 10 classes");
    int exitCode = runFailing(new SparkException("Job aborted\nDriver stacktrace:", found));
    assertThat(exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().lines())
        .containsExactly("centroid: labels.gz, record 7: label 12 of 10 classes");
  }

  @Test
  void otherFailuresAreReportedByTheirFirstLine() {
    int exitCode = runFailing(new SparkException("Job aborted\nDriver stacktrace:\n at x"));
    assertThat(exitCode).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .matches("centroid: SparkException: Job aborted \\(details: .*centroid-.*\\.log\\)");
    deleteLog();
  }

  @Test
  void unexpectedFailuresAreLogged() throws IOException {
    runFailing(new IllegalStateException("odd"));
    Path log = log();
    try {
      assertThat(log.getFileName().toString())
          .matches(
              "centroid-\\d{8}T\\d{6}\\.\\d{3}Z-" + ProcessHandle.current().pid() + "-\\d+\\.log");
      assertThat(Files.readString(log))
          .contains("java.lang.IllegalStateException: odd", "\tat io.centroid.cli.CentroidTest");
    } finally {
      Files.delete(log);
    }
  }

  @Test
  void aWorkersUnexpectedExceptionIsLogged() throws IOException {
    runFailing(WorkerFailure.of(3, "step 7", new IllegalStateException("odd")));
    Path log = log();
    try {
      assertThat(err.toString())
          .startsWith("centroid: worker 3: step 7: IllegalStateException: odd");
      assertThat(Files.readString(log)).contains("\tat io.centroid.cli.CentroidTest");
    } finally {
      Files.delete(log);
    }
  }

  @Test
  void knownFailuresAreNotLogged() {
    runFailing(
        WorkerFailure.of(
            0, "reading", new UncheckedIOException(new IOException("connection reset"))));
    runFailing(new WorkerFailure("worker 1: out of memory"));
    runFailing(new InputException("bad"));
    runFailing(new ClusterException("master died"));
    runFailing(new UncheckedIOException(new IOException("No space left on device")));
    assertThat(err.toString()).doesNotContain("details:");
  }

  private Path log() {
    Matcher details = Pattern.compile("\\(details: (.*)\\)").matcher(err.toString());
    assertThat(details.find()).as(err.toString()).isTrue();
    return Path.of(details.group(1));
  }

  private void deleteLog() {
    try {
      Files.delete(log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aDeadDaemonIsReportedWithItsLog() {
    int exitCode = runFailing(new ClusterException("master died; the end of its log:\n  line"));
    assertThat(exitCode).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString().lines())
        .containsExactly("centroid: master died; the end of its log:", "  line");
  }

  @Test
  void verboseAddsTheStackTrace() {
    int exitCode = runFailing(new IllegalStateException("odd"), "--verbose");
    assertThat(exitCode).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .startsWith("centroid: IllegalStateException: odd")
        .contains("\tat io.centroid.cli.CentroidTest");
    deleteLog();
  }

  @Test
  void handlesACycleOfCauses() {
    Exception first = new Exception("first");
    Exception second = new Exception("second", first);
    first.initCause(second);
    assertThat(Failure.of(second))
        .isEqualTo(new Failure(ExitCode.FAILED, "Exception: second", true));
  }

  @Test
  void clusterNeedsAnAction() {
    assertThat(run("cluster")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().lines()).hasSize(1);
  }

  @Test
  void clusterRejectsInvalidNumbers() {
    assertThat(run("cluster", "start", "--spark-workers", "many")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("--spark-workers", "many");
  }

  @Test
  void submitNeedsACommand() {
    assertThat(run("submit")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("COMMAND");
  }

  @Test
  void submitPassesOptionsOfTheCommandThrough() {
    var submit =
        Centroid.commandLine(Developer.commands())
            .parseArgs("submit", "--conf", "a=b", "train", "--conf", "c=d", "--set", "x=1")
            .subcommand();
    assertThat(submit.matchedOption("--conf").originalStringValues()).containsExactly("a=b");
    assertThat(submit.matchedPositional(0).stringValues())
        .containsExactly("train", "--conf", "c=d", "--set", "x=1");
  }

  @Test
  void submitAcceptsAnOptionAsCommand() {
    var submit =
        Centroid.commandLine(Developer.commands()).parseArgs("submit", "--version").subcommand();
    assertThat(submit.matchedPositional(0).stringValues()).containsExactly("--version");
  }

  private int run(String... arguments) {
    return Developer.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private int runFailing(Exception failure, String... arguments) {
    CommandLine commandLine = Centroid.commandLine(Developer.commands());
    commandLine.addSubcommand("fail", new Failing(failure));
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] line = new String[arguments.length + 1];
    System.arraycopy(arguments, 0, line, 0, arguments.length);
    line[arguments.length] = "fail";
    return commandLine.execute(line);
  }

  @Command(name = "fail")
  private record Failing(Exception failure) implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      throw failure;
    }
  }
}
