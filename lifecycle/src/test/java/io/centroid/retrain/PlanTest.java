package io.centroid.retrain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
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
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Selection of new data increments and of the training data. */
final class PlanTest {
  @TempDir Path folder;

  private ConsumedDataLog watermark = ConsumedDataLog.NONE;
  private final List<String> notes = new ArrayList<>();
  private int attempts;

  @BeforeEach
  void everythingIsReadable() {
    Unreadable.name = "";
  }

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
              "data increment day-2.csv was changed after it was quarantined: it is new again");
    }
    notes.clear();
    addData("day-1.csv", "c");
    assertThat(next().orElseThrow().fresh()).hasSize(2);
    assertThat(notes)
        .contains("data increment day-1.csv was changed after attempt 1 used it: it is new again");
    record(false);
    assertThat(watermark.of("day-1.csv").orElseThrow().attempt()).isEqualTo(3);
    assertThat(next()).isEmpty();
  }

  @Test
  void usedDataDoesNotWait() throws IOException {
    addData("day-1.csv", "a");
    addData("day-2/data.csv", "b");
    record(false);
    addData("day-3.csv", "c");
    addData("day-3.csv.done", "");
    String marker = "retrain.marker=done";
    Attempt marked = next(marker).orElseThrow();
    assertThat(marked.trainingParts()).containsExactly("day-1.csv", "day-2/data.csv", "day-3.csv");
    assertThat(notes).isEmpty();
    age("day-3.csv");
    assertThat(next("retrain.minimum-age=2h").orElseThrow().trainingParts()).hasSize(3);
    assertThat(notes).isEmpty();
    // With other content it is new, and new content waits.
    addData("day-1.csv", "A");
    addData("day-2/data.csv", "longer");
    assertThat(next(marker).orElseThrow().trainingParts()).containsExactly("day-3.csv");
    assertThat(notes)
        .containsExactly(
            "data increment day-1.csv waits: there is no day-1.csv.done",
            "data increment day-2 waits: there is no done in it");
  }

  @Test
  void usedDataThatCannotBeReadIsAnErrorAndNewDataWaits() throws IOException {
    addData("day-1.csv", "a");
    record(false);
    addData("day-2.csv", "b");
    addData("day-3.csv", "c");
    Unreadable.name = "day-3.csv";
    assertThat(next().orElseThrow().trainingParts()).containsExactly("day-1.csv", "day-2.csv");
    assertThat(notes).singleElement().asString().startsWith("data increment day-3.csv waits: ");
    Unreadable.name = "day-1.csv";
    assertThatThrownBy(this::next)
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("data increment day-1.csv is training data and cannot be read")
        .hasMessageEndingWith("day-1.csv: permission denied");
    assertThat(next("retrain.train-on=new").orElseThrow().trainingParts())
        .containsExactly("day-2.csv", "day-3.csv");
  }

  @Test
  void quarantinedDataIsReadAgainOnlyIfALengthOrAModificationTimeChanged() throws IOException {
    addData("day-1.csv", "a");
    age("day-1.csv");
    record(true);
    Unreadable.name = "day-1.csv";
    assertThat(next()).isEmpty();
    assertThat(notes).isEmpty();
    Unreadable.name = "";
    addData("day-1.csv", "A");
    assertThat(next().orElseThrow().trainingParts()).containsExactly("day-1.csv");
    age("day-1.csv");
    assertThat(next()).isEmpty();
    addData("day-1.csv", "longer");
    age("day-1.csv");
    assertThat(next().orElseThrow().trainingParts()).containsExactly("day-1.csv");
  }

  @Test
  void aWatermarkWithoutModificationTimesIsRead() throws IOException {
    addData("day-1.csv", "a");
    age("day-1.csv");
    record(true);
    String json = new String(watermark.toJson(), UTF_8);
    String old =
        json.replaceAll(",\\s*\"modified\" : \\{[^}]*}", "")
            .replaceAll(",\\s*\"sha256OfThisFile\" : \"[^\"]*\"", "");
    assertThat(old).doesNotContain("modified", "sha256OfThisFile").hasSizeLessThan(json.length());
    watermark = ConsumedDataLog.parse("watermark.json", old.getBytes(UTF_8));
    assertThat(next()).isEmpty();
    addData("day-1.csv", "A");
    age("day-1.csv");
    assertThat(next()).isPresent();
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
    Configuration configuration = new Configuration();
    configuration.set("fs.file.impl", Unreadable.class.getName());
    configuration.setBoolean("fs.file.impl.disable.cache", true);
    HadoopFiles files = new HadoopFiles(configuration);
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

  /** Sets a file's modification time to one that is always the same. */
  private void age(String name) throws IOException {
    Instant before = Instant.parse("2026-01-01T00:00:00Z");
    Files.setLastModifiedTime(folder.resolve(name), FileTime.from(before));
  }

  /** Local files, one of which cannot be read; permissions do not keep root from reading. */
  public static final class Unreadable extends RawLocalFileSystem {
    private static String name = "";

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize)
        throws IOException {
      if (path.getName().equals(name)) {
        throw new AccessControlException(path.toString());
      }
      return super.open(path, bufferSize);
    }
  }

  private void addData(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
