package io.centroid.bench.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Order, statistics and tables of runs with known figures. */
class TrainBenchTest {
  private final List<Path> folders = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();

  @Test
  void everyOtherPassIsInReverseOrderAndEveryRunHasAFolderOfItsOwn() throws IOException {
    measure(played("centroid", 1, 2, 3), played("pytorch", 4, 5, 6));
    assertThat(progress)
        .containsExactly(
            "run 1 of 3: centroid: 1.00 s",
            "run 1 of 3: pytorch: 4.00 s",
            "run 2 of 3: pytorch: 5.00 s",
            "run 2 of 3: centroid: 2.00 s",
            "run 3 of 3: centroid: 3.00 s",
            "run 3 of 3: pytorch: 6.00 s");
    assertThat(folders)
        .hasSize(6)
        .doesNotHaveDuplicates()
        .noneMatch(folder -> folder.toFile().exists());
  }

  @Test
  void ratiosAreRunByRun() throws IOException {
    TrainReport report = measure(played("centroid", 2, 30, 4), played("pytorch", 1, 10, 8));
    JsonNode json = report.toJson();
    // Ratios 2, 3 and 0.5: load affects both runs of a pair.
    assertThat(json.get("ratio").get("median").asDouble()).isEqualTo(2);
    assertThat(json.get("ratio").get("low").asDouble()).isEqualTo(1.25);
    assertThat(json.get("ratio").get("high").asDouble()).isEqualTo(2.5);
    assertThat(json.get("results").findValuesAsText("system"))
        .containsExactly("centroid", "pytorch");
    JsonNode seconds = json.get("results").get(0).get("seconds");
    assertThat(seconds.get("median").asDouble()).isEqualTo(4);
    assertThat(seconds.get("runs")).extracting(JsonNode::asDouble).containsExactly(2.0, 30.0, 4.0);
    assertThat(json.get("results").get(1).get("cpuSeconds").get("median").asDouble()).isEqualTo(16);
    assertThat(report.toText().lines().toList())
        .hasSize(5)
        .last()
        .isEqualTo("wall clock, centroid / pytorch: 2.00 [1.25 .. 2.50]");
  }

  @Test
  void theTableHasMediansAndOmitsWhatASystemDoesNotHave() {
    TrainRun ours =
        run(25.6)
            .with(Figure.FIRST_ROUND, 6.25)
            .with(Figure.ROUNDS, 4450)
            .with(Figure.SYNCHRONIZATION, 0.77)
            .with(Figure.ACCURACY, 0.98434);
    TrainReport report =
        new TrainReport(
            List.of(
                new TrainReport.Result("centroid", List.of(ours)),
                new TrainReport.Result("pytorch", List.of(run(14)))));
    assertThat(report.toText())
        .isEqualTo(
            """
            system               wall clock, s round 1, s    CPU, s   peak MB test accuracy    rounds synchronization
            centroid    25.60 [25.60 .. 25.60]       6.25      51.2       900        0.9843     4,450            77 %
            pytorch     14.00 [14.00 .. 14.00]          -      28.0       900             -         -               -

            wall clock, centroid / pytorch: 1.83 [1.83 .. 1.83]
            """);
    assertThat(
            report.toJson().get("results").get(0).get("firstRoundSeconds").get("median").asDouble())
        .isEqualTo(6.25);
    assertThat(report.toJson().get("results").get(1).has("firstRoundSeconds")).isFalse();
  }

  @Test
  void thereIsNoRatioWithoutAnotherSystem() throws IOException {
    TrainReport report = measure(played("centroid", 1, 2, 3));
    assertThat(report.toJson().has("ratio")).isFalse();
    assertThat(report.toText().lines()).hasSize(2);
  }

  private TrainReport measure(TrainSystem... systems) throws IOException {
    return new TrainBench(3, progress::add).run(List.of(systems));
  }

  private static TrainRun run(double seconds) {
    return new TrainRun(
        Map.of(Figure.SECONDS, seconds, Figure.CPU, 2 * seconds, Figure.PEAK, 900e6));
  }

  private TrainSystem played(String label, double... seconds) {
    List<Double> left = new ArrayList<>();
    for (double run : seconds) {
      left.add(run);
    }
    return new TrainSystem() {
      @Override
      public String label() {
        return label;
      }

      @Override
      public TrainRun run(Path folder) {
        assertThat(folder).isEmptyDirectory();
        folders.add(folder);
        return TrainBenchTest.run(left.remove(0));
      }
    };
  }
}
