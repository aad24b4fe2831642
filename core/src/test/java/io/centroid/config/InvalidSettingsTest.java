package io.centroid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.Damage;
import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Invalid settings are rejected with a one-line message that names the location. */
class InvalidSettingsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train.workers=0|train.workers must be a whole number from 1 to 2147483647: 0 (--set"
            + " train.workers)",
        "train.workers=3000000000|train.workers must be a whole number from 1 to 2147483647:"
            + " 3000000000 (--set train.workers)",
        "train.workers=1.5|train.workers must be a whole number from 1 to 2147483647: 1.5 (--set"
            + " train.workers)",
        "train.steps=-1|train.steps must be a whole number of at least 0: -1 (--set train.steps)",
        "spark.executor-timeout=90|spark.executor-timeout must be 0 or a time with its unit, such"
            + " as 10m: 90 (--set spark.executor-timeout)",
        "spark.executor-timeout=-1s|spark.executor-timeout must be 0 or a time with its unit, such"
            + " as 10m: -1s (--set spark.executor-timeout)",
        "optimizer.learning-rate=0|optimizer.learning-rate must be > 0: 0 (--set"
            + " optimizer.learning-rate)",
        "optimizer.learning-rate=NaN|optimizer.learning-rate must be a number: NaN (--set"
            + " optimizer.learning-rate)",
        "optimizer.learning-rate=1e999|optimizer.learning-rate must be > 0: 1e999 (--set"
            + " optimizer.learning-rate)",
        "optimizer.momentum=1|optimizer.momentum must be from 0 to below 1: 1 (--set"
            + " optimizer.momentum)",
        "outer.name=fedavg|outer.name must be one of mean, sgd, momentum, nesterov, adam: fedavg"
            + " (--set outer.name)",
        "outer.learning-rate=-0.1|outer.learning-rate must be 0 or more: -0.1 (--set"
            + " outer.learning-rate)",
        "outer.learning-rate=0.5|outer.learning-rate must be 0 when outer.name is mean: 0.5 (--set"
            + " outer.learning-rate)",
        "outer.momentum=1|outer.momentum must be from 0 to below 1: 1 (--set outer.momentum)",
        "outer.epsilon=0|outer.epsilon must be > 0: 0 (--set outer.epsilon)",
        "average.codec=fp8|average.codec must be one of none, fp16, bf16, int8, top-k: fp8 (--set"
            + " average.codec)",
        "average.top-k-fraction=0|average.top-k-fraction must be above 0 and at most 1: 0 (--set"
            + " average.top-k-fraction)",
        "average.top-k-fraction=1.5|average.top-k-fraction must be above 0 and at most 1: 1.5"
            + " (--set average.top-k-fraction)",
        "data.validation-split=1|data.validation-split must be from 0 to below 1: 1 (--set"
            + " data.validation-split)",
        "data.decoded-limit=0|data.decoded-limit must be at least one byte: 0 (--set"
            + " data.decoded-limit)",
        "data.decoded-limit=1e999999999|data.decoded-limit must be a number of bytes without an"
            + " exponent, such as 1GiB: 1e999999999 (--set data.decoded-limit)",
        "compute.native-memory=1.5E+9 GiB|compute.native-memory must be a number of bytes without"
            + " an exponent, such as 1GiB: 1.5E+9 GiB (--set compute.native-memory)",
        "data.classes=99999999|data.classes must be at most 1000: 99999999 (--set"
            + " data.classes)",
        "train.inner-state=kept|train.inner-state must be one of average, reset, keep: kept (--set"
            + " train.inner-state)",
        "compute.precision=bfloat16|compute.precision must be float32 when model.name is not gpt2:"
            + " bfloat16 (--set compute.precision)",
        "compute.threads-per-worker=2|compute.threads-per-worker must be 1 when model.name is not"
            + " gpt2: 2 (--set compute.threads-per-worker)",
        "privacy.noise-multiplier=1|privacy.noise-multiplier must not be set when"
            + " privacy.clip-norm is 0, since training is not private then: 1 (--set"
            + " privacy.noise-multiplier)",
        "privacy.noise-key=env:KEY|privacy.noise-key must not be set when privacy.clip-norm is 0,"
            + " since training is not private then: env:KEY (--set privacy.noise-key)",
        "run.name=a/b|run.name must consist of letters, digits, dots, dashes and underscores: a/b"
            + " (--set run.name)",
        "train=5|--set train: train is a group of keys, not a value",
        "train.worker=5|--set train.worker: unknown key train.worker; the nearest known one is"
            + " train.workers",
        "train.workers.x=5|--set train.workers.x: unknown key train.workers.x; the nearest known"
            + " one is train.workers",
        "epochs=5|--set epochs: unknown key epochs; the nearest known one is train.epochs",
        "xyzzy=5|--set xyzzy: unknown key xyzzy (reference.conf has the known ones)",
        "=5|--set =5: expected key=value",
        "data.format=csv|data.path must name the data when data.format is not digits: \"\""
            + " (reference.conf: line 20)",
        "data.texts.labels=[a]|data.texts.labels must be empty, or 2 to 1000 different names: [a]"
            + " (--set data.texts.labels: 1)",
        "data.texts.labels=[a, b, a]|data.texts.labels must be empty, or 2 to 1000 different names:"
            + " [a, b, a] (--set data.texts.labels: 1)",
        "data.texts.text=|data.texts.text must name a column or field: \"\" (--set data.texts.text)"
      })
  void aValueOutOfRangeIsRejectedInOneLine(String override, String message) {
    assertThatThrownBy(() -> load(override)).isInstanceOf(InputException.class).hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run.name=a\u001b[31m",
        "train.workers=1\r\n2",
        "train.\u0007=1",
        "model.hidden=[\u2028x]",
        "outer.name=\u0085\n"
      })
  void aMessageIsOneLineForAnyValue(String override) {
    assertThatThrownBy(() -> load(override))
        .isInstanceOf(InputException.class)
        .hasMessageMatching(Damage.ONE_LINE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "optimizer.betas=[0.9]",
        "optimizer.betas=[0.9, 1]",
        "optimizer.betas=5",
        "outer.betas=[0.9]",
        "outer.betas=[0.9, 1]",
        "model.hidden=[0]",
        "model.hidden=[a]",
        "model.hidden=[1",
        "data.csv.shape=[1, 2]",
        "train.workers=[1]",
        "train.workers={a = 1}",
        "spark.conf=5",
        "fetch.mnist.mirrors=5",
        "data.decoded-limit=much",
        "train..workers=1",
        "train.workers=1e999999999"
      })
  void aValueOfTheWrongTypeIsRejectedInOneLine(String override) {
    assertThatThrownBy(() -> load(override))
        .isInstanceOf(InputException.class)
        .message()
        .doesNotContain("\n")
        .containsPattern("betas|hidden|shape|workers|conf|mirrors|limit");
  }

  @Test
  void allInvalidSettingsAreFoundWithWhatChangesThem() throws IOException {
    Path file =
        write(
            """
            train { worker = 2, batch-size = 0, inner-state = kept }
            compute.backend = cpu
            xyzzy = 1
            data { format = csv, validation-split = 2 }
            optimizer { betas = [0.9], learning-rate = fast }
            outer.learning-rate = 0.5
            checkpoint { keep = 0 }
            retrain.drift { start = 0.3, veto = 0.2 }
            spark.conf."spark.hadoop.fs.s3a.secret.key" = hunter2
            """);
    List<InvalidSettings.Invalid> found =
        InvalidSettings.find(file.toString(), List.of("average.top-k-fraction=0", "epochs"));
    assertThat(found)
        .extracting(invalid -> invalid.change().orElse(""))
        .containsExactlyInAnyOrder(
            "rename train.worker to train.workers",
            "rename compute.backend to compute.engine",
            "remove xyzzy",
            "",
            "--set 'spark.conf.\"spark.hadoop.fs.s3a.secret.key\"=VALUE'",
            "--set data.path=VALUE",
            "--set data.validation-split=0.05",
            "--set train.batch-size=64",
            "--set train.inner-state=average",
            "--set 'optimizer.betas=[0.9,0.999]'",
            "--set optimizer.learning-rate=0.1",
            "--set outer.learning-rate=0",
            "--set average.top-k-fraction=0.1",
            "--set checkpoint.keep=3",
            "--set retrain.drift.veto=0");
    assertThat(found)
        .extracting(InvalidSettings.Invalid::problem)
        .contains(
            "train.batch-size must be a whole number from 1 to 2147483647: 0 (%s: line 1)"
                .formatted(file),
            "--set epochs: expected key=value")
        .noneMatch(problem -> problem.contains("hunter2"));
  }

  @Test
  void whatFollowsFromAnInvalidSettingIsNotFound() {
    assertThat(changes("model.name=gpt3", "compute.precision=bfloat16", "data.format=tokens"))
        .containsExactly("--set data.path=VALUE", "--set model.name=VALUE");
    assertThat(changes("data.format=cvs", "data.parts=[a]"))
        .containsExactly("--set data.format=digits");
    assertThat(changes("optimizer.learning-rate=0", "optimizer.learning-rate-scaling=square"))
        .containsExactly(
            "--set optimizer.learning-rate=0.1", "--set optimizer.learning-rate-scaling=none");
  }

  @Test
  void anInvalidFileThatASettingNamesHidesNoOtherSetting() throws IOException {
    Path latin = Files.write(directory.resolve("latin"), new byte[] {'#', (byte) 0xFC});
    assertThat(changes("model.name=dl4j", "model.file=" + latin, "train.epochs=0"))
        .containsExactly("", "--set train.epochs=3");
  }

  @Test
  void aDefaultThatIsNotValidIsNotProposed() {
    assertThat(changes("model.name=gpt2")).containsExactly("--set data.format=VALUE");
    assertThat(changes("model.name=dl4j", "model.init-from=net.zip"))
        .containsExactly("--set model.allow-dl4j-zip=true");
    assertThat(changes("model.name=dl4j", "train.epochs=0"))
        .containsExactly("--set model.file=VALUE", "--set train.epochs=3");
    assertThat(changes()).isEmpty();
  }

  private static List<String> changes(String... overrides) {
    return InvalidSettings.find(null, List.of(overrides)).stream()
        .map(invalid -> invalid.change().orElse(""))
        .toList();
  }

  @Test
  void anUnknownKeyInAFileIsReportedWithLineAndNearestKey() throws IOException {
    Path file = write("train {\n  workers = 2\n  local-step = 5\n}\n");
    assertThatThrownBy(() -> RunConfig.load(file.toString(), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessage(
            file
                + ": line 3: unknown key train.local-step; the nearest known one is"
                + " train.local-steps");
  }

  @Test
  void aKeyOfAnEarlierReleaseIsRejectedWithItsReplacement() throws IOException {
    Path file = write("compute {\n  backend = cpu\n}\n");
    assertThatThrownBy(() -> RunConfig.load(file.toString(), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessage(
            file + ": line 2: unknown key compute.backend; it is replaced by compute.engine");
  }

  @Test
  void anInvalidValueInAFileIsReportedWithItsLine() throws IOException {
    Path file = write("\ntrain.workers = none\n");
    assertThatThrownBy(() -> RunConfig.load(file.toString(), List.of()))
        .hasMessage("train.workers must be a number: none (" + file + ": line 2)");
    Path list = write("\n\noptimizer.learning-rate = [1]\n");
    assertThatThrownBy(() -> RunConfig.load(list.toString(), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("optimizer.learning-rate")
        .hasMessageContaining(list + ": 3");
  }

  @Test
  void aSyntaxErrorIsReportedWithItsLine() throws IOException {
    Path file = write("train {\n  workers = 2\n}}\n");
    assertThatThrownBy(() -> RunConfig.load(file.toString(), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file + ": 3: ");
    Path missing = directory.resolve("missing.conf");
    assertThatThrownBy(() -> RunConfig.load(missing.toString(), List.of()))
        .hasMessage(missing + ": no such configuration file");
  }

  @Test
  void errorsInAFileOfAUriNameItsPlace() throws IOException {
    String file = write("\ntrain.workers = none\n").toUri().toString();
    assertThatThrownBy(() -> RunConfig.load(file, List.of()))
        .isInstanceOf(InputException.class)
        .hasMessage("train.workers must be a number: none (" + file + ": line 2)");
    String directoryUri = directory.toUri().toString();
    assertThatThrownBy(() -> RunConfig.load(directoryUri, List.of()))
        .isInstanceOf(InputException.class)
        .hasMessage(directoryUri + ": no such configuration file");
  }

  @Test
  void aFileThatIsNestedTooDeeplyIsRejected() throws IOException {
    Path deep = Files.writeString(directory.resolve("deep.conf"), "a={".repeat(50_000));
    assertThatThrownBy(() -> RunConfig.load(deep.toString(), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessage(deep + ": is nested too deeply");
    assertThatThrownBy(() -> load("train=" + "{a=".repeat(50_000)))
        .isInstanceOf(InputException.class)
        .hasMessage("--set train: is nested too deeply");
  }

  @Test
  void aFileThatIsNotUtf8OrTooLongHasItsOwnMessage() throws IOException {
    Path latin = Files.write(directory.resolve("latin"), new byte[] {'#', ' ', (byte) 0xFC, '\n'});
    Path longest = Files.write(directory.resolve("longest"), new byte[(16 << 20) + 1]);
    assertThatThrownBy(() -> RunConfig.load(latin.toString(), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessage(latin + ": byte 2: expected text in UTF-8, found byte 0xFC");
    assertThatThrownBy(() -> RunConfig.load(longest.toString(), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessage(longest + ": length: expected at most 16777216 bytes, found more");
    assertThatThrownBy(() -> load("model.name=dl4j", "model.file=" + latin))
        .isInstanceOf(InputException.class)
        .hasMessage(latin + ": byte 2: expected text in UTF-8, found byte 0xFC");
    assertThatThrownBy(() -> load("model.name=dl4j", "model.file=" + longest))
        .isInstanceOf(InputException.class)
        .hasMessage(longest + ": length: expected at most 16777216 bytes, found more");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("test.conf"), text);
  }

  private static RunConfig load(String... overrides) {
    return RunConfig.load(null, List.of(overrides));
  }
}
