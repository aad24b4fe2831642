package io.centroid.leak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeakGateTest {
  private static final String HASH = "1".repeat(64);

  @TempDir private Path run;
  private Path checkpoint;

  @BeforeEach
  void checkpoint() throws IOException {
    checkpoint = Files.createDirectories(run.resolve("checkpoints/step-00000010"));
  }

  @Test
  void aRunWithoutALimitIsNotChecked() throws IOException {
    gate().require(HASH, "export");
    settings("leak { max-exposure = 0 }");
    gate().require(HASH, "export");
    measured(19, 0, HASH);
    gate().require(HASH, "export");
    assertThat(gate().limit()).isZero();
  }

  @Test
  void aModelThatWasNotMeasuredIsRefused() throws IOException {
    settings("leak { max-exposure = 8 }\nof-another-release = 1");
    assertThatThrownBy(() -> gate().require(HASH, "export"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "%s: export refused by leak.max-exposure = 8.0: there is no leak.json; centroid leak"
                    .formatted(run)
                + " measures a model");
    measured(3, 0, "2".repeat(64));
    assertThatThrownBy(() -> gate().require(HASH, "promotion"))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith(
            "promotion refused by leak.max-exposure = 8.0: leak.json is of another checkpoint, c");
  }

  @Test
  void aModelWithAHighExposureIsRefused() throws IOException {
    settings("leak.max-exposure = 8");
    measured(8.5, 8, HASH);
    assertThatThrownBy(() -> gate().require(HASH, "export"))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("= 8.0: a canary has an exposure of 8.5 bits");
    measured(8, 8, HASH);
    gate().require(HASH, "export");
  }

  @Test
  void theLowestOfAllLimitsHolds() throws IOException {
    settings("leak.max-exposure = 8");
    assertThat(gate("leak.max-exposure=5").limit()).isEqualTo(5);
    assertThat(gate("leak.max-exposure=12").limit()).isEqualTo(8);
    assertThat(gate("leak.max-exposure=0").limit()).isEqualTo(8);
    measured(1, 3, HASH);
    assertThat(gate("leak.max-exposure=5").limit()).isEqualTo(3);
    assertThatThrownBy(() -> gate("train.epochs=5"))
        .isInstanceOf(InputException.class)
        .hasMessage("--set takes keys of leak and card only: train.epochs");
    assertThatThrownBy(() -> gate("leak.max-exposure=-1"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("leak.max-exposure must be 0 or more bits: -1");
  }

  @Test
  void aDamagedRecordIsRefused() throws IOException {
    settings("leak.max-exposure = 8");
    measured(3, 8, HASH);
    Path file = run.resolve("leak.json");
    Files.writeString(file, Files.readString(file).replace("\"highest\" : 3.0", "\"highest\" : 2"));
    assertThatThrownBy(this::gate)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("leak.json: was changed after it was written");
    Files.writeString(file, Files.readString(file).replaceAll(",\\s*\"sha256OfThisFile.*\n", "\n"));
    assertThatThrownBy(this::gate)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("leak.json: key sha256OfThisFile: expected 64 hex digits at the end");
  }

  @Test
  void aVersionOfARegistryIsNotChanged() throws IOException {
    ModelFiles ofRun = files();
    ofRun.requireChangeable();
    Path version = Files.createDirectories(run.resolve("versions/3"));
    Files.writeString(version.resolve("version.json"), "{}");
    ModelFiles ofVersion =
        ModelFiles.of(
            new HadoopFiles(new Configuration()), version.resolve("checkpoint").toString());
    assertThatThrownBy(ofVersion::requireChangeable)
        .isInstanceOf(InputException.class)
        .hasMessage(version + ": a version cannot be changed; measure the run, then register it");
  }

  private void settings(String hocon) throws IOException {
    Files.writeString(run.resolve("effective.conf"), hocon);
  }

  private void measured(double bits, double limit, String sha256) throws IOException {
    List<Exposure> exposures =
        List.of(
            new Exposure(0, 4, 20, 1_000, 0, 9, bits, Exposure.Method.SKEW_NORMAL),
            new Exposure(1, 0, 20, 1_000, 400, 1.3, 12, Exposure.Method.SAMPLING));
    LeakRecord record =
        new LeakRecord(
            Instant.parse("2026-01-02T03:04:05Z"), "c", sha256, HASH, limit, bits, exposures);
    assertThat(LeakRecord.highest(exposures)).isEqualTo(bits);
    assertThat(record.ofControls()).isEqualTo(1.3);
    Files.write(run.resolve("leak.json"), record.toJson());
  }

  private LeakGate gate(String... overrides) throws IOException {
    return LeakGate.of(files(), List.of(overrides));
  }

  private ModelFiles files() throws IOException {
    return ModelFiles.of(new HadoopFiles(new Configuration()), checkpoint.toString());
  }
}
