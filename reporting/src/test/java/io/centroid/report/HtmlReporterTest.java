package io.centroid.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.Dataset;
import io.centroid.Networks;
import io.centroid.Optimizers;
import io.centroid.Trainer;
import io.centroid.io.HadoopFiles;
import io.centroid.run.RunObserver;
import io.centroid.run.metrics.RoundMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReporterTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  @TempDir Path folder;

  /** It does not read metrics.jsonl, and writes what it would read there. */
  @Test
  void theReportOfTheRunIsThatOfItsFolder() throws IOException {
    train(new RunObserver() {});
    assertThat(Files.readString(folder.resolve("run/report.html"))).contains("finished");
    assertEqualsThatOfTheFolder();
  }

  @Test
  void aResumedRunIsReportedFromItsStart() throws IOException {
    RunObserver killer =
        new RunObserver() {
          @Override
          public void onMetrics(RoundMetrics metrics) {
            if (metrics.epoch() == 2) {
              throw new IllegalStateException("killed");
            }
          }
        };
    assertThatThrownBy(() -> train(killer)).hasMessageContaining("killed");
    assertThat(folder.resolve("run/report.html")).doesNotExist();
    train(new RunObserver() {});
    assertEqualsThatOfTheFolder();
  }

  private void assertEqualsThatOfTheFolder() throws IOException {
    Path again = folder.resolve("again.html");
    RunReport.write(
        FILES, List.of(FILES.path(folder.resolve("run").toString())), FILES.path(again.toString()));
    assertThat(again).hasSameTextualContentAs(folder.resolve("run/report.html"));
  }

  private void train(RunObserver observer) throws IOException {
    Trainer.of(Networks.mlp(784, 12, 10))
        .optimizer(Optimizers.sgd(0.05))
        .workers(2)
        .batchSize(32)
        .localSteps(3)
        .epochs(3)
        .reporter(new HtmlReporter())
        .listener(observer)
        .checkpointTo(folder.resolve("run").toString())
        .train(Dataset.digits(600, 100).validationSplit(0.1))
        .close();
  }
}
