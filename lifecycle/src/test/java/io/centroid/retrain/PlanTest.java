package io.centroid.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Sha256;
import io.centroid.registry.AliasRecord;
import io.centroid.retrain.data.ConsumedDataLog;
import io.centroid.retrain.data.DataIncrement;
import io.centroid.retrain.data.DataIncrements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Selection of new data increments and of the training data. */
final class PlanTest {
  @TempDir Path folder;

  private ConsumedDataLog watermark = ConsumedDataLog.NONE;
  private final List<String> notes = new ArrayList<>();
  private int attempts;

  @Test
  void filesAndFoldersAreIncrementsAndHiddenOnesAreSkipped() throws IOException {
    addData("2026-01-01.csv", "a");
    addData("2026-01-02/morning.csv", "b");
    addData("2026-01-02/evening.csv.gz", "c");
    addData("2026-01-02/notes.txt", "d");
    addData("_temporary/part.csv", "e");
    addData(".inprogress-2026-01-03.csv", "f");
    Attempt attempt = next().orElseThrow();
    assertThat(attempt.fresh())
        .extracting(DataIncrement::name)
        .containsExactly("2026-01-01.csv", "2026-01-02");
    assertThat(attempt.trainingParts())
        .containsExactly("2026-01-01.csv", "2026-01-02/evening.csv.gz", "2026-01-02/morning.csv");
    assertThat(attempt.trainingFiles().get(0).sha256()).isEqualTo(Sha256.of("a"));
    assertThat(attempt.champion()).isEqualTo(4);
    assertThat(attempt.championSince()).isEqualTo(9);
  }

  @Test
  void usedDataIsTrainedOnAgainAndQuarantinedDataIsNot() throws IOException {
    addData("day-1.csv", "a");
    record(false);
    assertThat(next()).isEmpty();
    addData("day-2.csv", "b");
    record(true);
    assertThat(next()).isEmpty();
    addData("day-3.csv", "c");
    Attempt third = next().orElseThrow();
    assertThat(third.fresh()).extracting(DataIncrement::name).containsExactly("day-3.csv");
    assertThat(third.trainingParts()).containsExactly("day-1.csv", "day-3.csv");
    assertThat(next("retrain.train-on=new").orElseThrow().trainingParts())
        .containsExactly("day-3.csv");
  }

  @Test
  void quarantinedDataCanBeIncludedOnce() throws IOException {
    addData("day-1.csv", "a");
    record(true);
    String include = "retrain.include-quarantined=[day-1.csv]";
    assertThat(next(include).orElseThrow().fresh()).hasSize(1);
    record(true, include);
    assertThat(watermark.of("day-1.csv").orElseThrow().quarantines()).isEqualTo(2);
    assertThat(next(include)).isEmpty();
    addData("day-2.csv", "b");
    assertThat(next(include).orElseThrow().fresh()).hasSize(2);
  }

  @Test
  void folderWithoutMarkerIsSkipped() throws IOException {
    addData("day-1/data.csv", "a");
    assertThat(next("retrain.marker=_SUCCESS")).isEmpty();
    addData("day-1/_SUCCESS", "");
    Attempt attempt = next("retrain.marker=_SUCCESS").orElseThrow();
    assertThat(attempt.trainingFiles())
        .extracting(file -> file.name())
        .containsExactly("day-1/data.csv");
  }

  @Test
  void aFileWithoutItsMarkerWaits() throws IOException {
    addData("day-1.csv", "a");
    addData("day-2.csv", "b");
    addData("day-2.csv.done", "");
    for (String marker : List.of("done", ".done")) {
      notes.clear();
      assertThat(next("retrain.marker=" + marker).orElseThrow().fresh())
          .extracting(DataIncrement::name)
          .containsExactly("day-2.csv");
      assertThat(notes)
          .containsExactly("data increment day-1.csv waits: there is no day-1.csv.done");
    }
  }

  @Test
  void aYoungFileWaitsUntilItIsAtRest() throws IOException {
    addData("day-1.csv", "a");
    addData("day-2/data.csv", "b");
    Instant yesterday = Instant.now().minus(Duration.ofDays(1));
    Files.setLastModifiedTime(folder.resolve("day-1.csv"), FileTime.from(yesterday));
    assertThat(next("retrain.minimum-age=2h").orElseThrow().trainingParts())
        .containsExactly("day-1.csv");
    assertThat(notes)
        .singleElement()
        .asString()
        .matches(
            "data increment day-2 waits: it changed \\d+ s ago, expected at least"
                + " retrain.minimum-age = 7200 s");
    assertThat(next("retrain.minimum-age=0").orElseThrow().fresh()).hasSize(2);
  }

  @Test
  void aFolderWithoutDataWaitsAndTheOthersAreUsed() throws IOException {
    addData("day-1/notes.txt", "a");
    addData("day-2.csv", "b");
    assertThat(next().orElseThrow().trainingParts()).containsExactly("day-2.csv");
    assertThat(notes).containsExactly("data increment day-1 waits: no CSV file");
  }

  @Test
  void aChangedIncrementIsNewAgain() throws IOException {
    addData("day-1.csv", "a");
    record(false);
    addData("day-2.csv", "b");
    record(true);
    assertThat(next()).isEmpty();
    for (String changed : List.of("B", "longer")) {
      notes.clear();
      addData("day-2.csv", changed);
      Attempt attempt = next().orElseThrow();
      assertThat(attempt.fresh()).extracting(DataIncrement::name).containsExactly("day-2.csv");
      assertThat(attempt.trainingParts()).containsExactly("day-1.csv", "day-2.csv");
      assertThat(notes)
          .containsExactly(
              "data increment day-2.csv was changed after attempt 2 used it: it is new again");
    }
    addData("day-1.csv", "c");
    assertThat(next().orElseThrow().fresh()).hasSize(2);
    record(false);
    assertThat(watermark.of("day-1.csv").orElseThrow().attempt()).isEqualTo(3);
    assertThat(next()).isEmpty();
  }

  @Test
  void aDefectiveIncrementIsQuarantinedAndTheOthersAreUsed() throws IOException {
    addData("day-1.csv", "bad");
    addData("day-2.csv", "b");
    Plan plan = plan();
    Attempt attempt = next(plan).orElseThrow();
    assertThat(attempt.trainingParts()).containsExactly("day-2.csv");
    assertThat(attempt.findings().path("quarantined").path("day-1.csv").asText()).isEqualTo("why");
    assertThat(notes).containsExactly("data increment day-1.csv is quarantined: why");
    watermark = watermark.withDefects(1, plan.defects());
    assertThat(watermark.of("day-1.csv").orElseThrow().defect()).isEqualTo("why");
    assertThat(ConsumedDataLog.parse("watermark.json", watermark.toJson())).isEqualTo(watermark);
    watermark = watermark.with(1, attempt.fresh(), false);
    attempts = 1;
    assertThat(next()).isEmpty();
    addData("day-1.csv", "better");
    assertThat(next().orElseThrow().fresh())
        .extracting(DataIncrement::name)
        .containsExactly("day-1.csv");
    // Used and good before, then damaged: it is trained on no longer.
    addData("day-2.csv", "bad");
    assertThat(next().orElseThrow().trainingParts()).containsExactly("day-1.csv");
  }

  @Test
  void stateAndWatermarkRoundTrip() throws IOException {
    addData("day-1.csv", "a");
    Attempt attempt =
        next().orElseThrow().withOutcome(Outcome.NO_GAIN, List.of("why")).atPhase(Phase.COMPARED);
    assertThat(Attempt.parse("state.json", attempt.toJson())).isEqualTo(attempt);
    record(true);
    assertThat(ConsumedDataLog.parse("watermark.json", watermark.toJson())).isEqualTo(watermark);
    // Recording an outcome is idempotent.
    assertThat(watermark.with(1, attempt.fresh(), true)).isEqualTo(watermark);
  }

  private void record(boolean quarantined, String... settings) throws IOException {
    watermark = watermark.with(++attempts, next(settings).orElseThrow().fresh(), quarantined);
  }

  private Optional<Attempt> next(String... settings) throws IOException {
    return next(plan(settings));
  }

  private Optional<Attempt> next(Plan plan) throws IOException {
    return plan.next(attempts + 1, "cafe", Optional.of(new AliasRecord.Target(4, 9)));
  }

  private Plan plan(String... settings) {
    List<String> keys = new ArrayList<>(List.of("data.format=csv", "data.path=" + folder));
    keys.addAll(List.of(settings));
    RunConfig config = RunConfig.load(null, keys);
    HadoopFiles files = new HadoopFiles(new Configuration());
    return new Plan(
        new DataIncrements(files, config.data(), config.retrain()),
        watermark,
        config.retrain(),
        increment ->
            increment.files().get(0).sha256().equals(Sha256.of("bad"))
                ? Optional.of("why")
                : Optional.empty(),
        notes::add);
  }

  private void addData(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
