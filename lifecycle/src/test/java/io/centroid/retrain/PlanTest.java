package io.centroid.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.registry.AliasRecord;
import io.centroid.retrain.data.ConsumedDataLog;
import io.centroid.retrain.data.DataIncrement;
import io.centroid.retrain.data.DataIncrements;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    assertThat(attempt.trainingFiles().get(0).sha256()).isEqualTo(io.centroid.io.Sha256.of("a"));
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
  void changedIncrementIsRejected() throws IOException {
    addData("day-1.csv", "a");
    record(false);
    addData("day-1.csv", "b");
    addData("day-2.csv", "c");
    assertThatThrownBy(this::next)
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "data increment day-1.csv was changed after attempt 1 used it: expected ");
    addData("day-1.csv", "longer");
    assertThatThrownBy(this::next)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("{day-1.csv=1} bytes");
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

  private void record(boolean quarantined, String... settings) {
    watermark = watermark.with(++attempts, next(settings).orElseThrow().fresh(), quarantined);
  }

  private Optional<Attempt> next(String... settings) {
    List<String> keys = new ArrayList<>(List.of("data.format=csv", "data.path=" + folder));
    keys.addAll(List.of(settings));
    RunConfig config = RunConfig.load(null, keys);
    HadoopFiles files = new HadoopFiles(new Configuration());
    return new Plan(
            new DataIncrements(files, config.data(), config.retrain().marker()),
            watermark,
            config.retrain())
        .next(attempts + 1, "cafe", Optional.of(new AliasRecord.Target(4, 9)));
  }

  private void addData(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
