package io.centroid.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.InputException;
import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.codec.Codec;
import io.centroid.train.worker.InnerStatePolicy;
import org.junit.jupiter.api.Test;

class CentroidTrainingMasterTest {
  private static final CentroidTrainingMaster UNUSUAL =
      new CentroidTrainingMaster.Builder()
          .workers(5)
          .localSteps(7)
          .batchSizePerWorker(48)
          .outer(new OuterSettings(OuterSettings.Name.NESTEROV, 0.6, 0.8, 0.91, 0.98, 1e-4))
          .codec(Codec.Name.TOP_K)
          .topKFraction(0.25)
          .innerState(InnerStatePolicy.KEEP)
          .seed(1L << 40)
          .build();

  @Test
  void settingsAreWrittenAsJsonAndYaml() {
    assertThat(UNUSUAL.toJson())
        .isEqualToIgnoringWhitespace(
            """
            {"workers": 5, "localSteps": 7, "batchSizePerWorker": 48,
             "outer": {"name": "nesterov", "rate": 0.6, "momentum": 0.8, "beta1": 0.91,
                       "beta2": 0.98, "epsilon": 1.0E-4},
             "codec": "top-k", "topKFraction": 0.25, "innerState": "keep", "seed": 1099511627776}
            """);
    assertThat(UNUSUAL.toYaml()).contains("localSteps: 7", "  momentum: 0.8", "codec: \"top-k\"");
    assertThat(new CentroidTrainingMaster.Builder().build().toJson()).doesNotContain("workers");
  }

  @Test
  void theBuilderNamesWhatIsOutOfRange() {
    var builder = new CentroidTrainingMaster.Builder();
    assertRefused(builder.workers(0), "workers must be > 0: 0");
    assertRefused(builder.workers(2).localSteps(-1), "localSteps must be > 0: -1");
    assertRefused(builder.localSteps(1).batchSizePerWorker(0), "batchSizePerWorker must be > 0: 0");
    assertRefused(
        builder.batchSizePerWorker(8).topKFraction(1.5),
        "topKFraction must be above 0 and at most 1: 1.5");
    assertRefused(
        builder
            .topKFraction(1)
            .outer(new OuterSettings(OuterSettings.Name.SGD, 0, 0.9, 0.9, 0.99, 1e-3)),
        "outer.rate must be > 0: 0.0");
  }

  @Test
  void whatIsNotSupportedIsRefused() {
    CentroidTrainingMaster master = new CentroidTrainingMaster.Builder().build();
    assertThatThrownBy(() -> master.setCollectTrainingStats(true))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("collects no training statistics");
    master.setCollectTrainingStats(false);
    assertThat(master.getIsCollectTrainingStats()).isFalse();
  }

  private static void assertRefused(CentroidTrainingMaster.Builder builder, String message) {
    assertThatThrownBy(builder::build).isInstanceOf(InputException.class).hasMessage(message);
  }
}
