package io.centroid.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.averaging.OuterSettings;
import io.centroid.averaging.codec.Codec;
import io.centroid.error.InputException;
import io.centroid.train.worker.InnerStatePolicy;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

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
             "outer": {"name": "nesterov", "learningRate": 0.6, "momentum": 0.8, "beta1": 0.91,
                       "beta2": 0.98, "epsilon": 1.0E-4},
             "codec": "top-k", "topKFraction": 0.25, "innerState": "keep", "seed": 1099511627776}
            """);
    assertThat(UNUSUAL.toYaml()).contains("localSteps: 7", "  momentum: 0.8", "codec: \"top-k\"");
    assertThat(new CentroidTrainingMaster.Builder().build().toJson()).doesNotContain("workers");
  }

  @Test
  void rejectsSettingsOutOfRange() {
    var builder = new CentroidTrainingMaster.Builder();
    assertRejected(builder.workers(0), "workers must be > 0: 0");
    assertRejected(builder.workers(2).localSteps(-1), "localSteps must be > 0: -1");
    assertRejected(
        builder.localSteps(1).batchSizePerWorker(0), "batchSizePerWorker must be > 0: 0");
    assertRejected(
        builder.batchSizePerWorker(8).topKFraction(1.5),
        "topKFraction must be above 0 and at most 1: 1.5");
    assertRejected(
        builder
            .topKFraction(1)
            .outer(new OuterSettings(OuterSettings.Name.SGD, 0, 0.9, 0.9, 0.99, 1e-3)),
        "outer.learningRate must be > 0: 0.0");
  }

  @Test
  void rejectsUnsupportedFeatures() {
    CentroidTrainingMaster master = new CentroidTrainingMaster.Builder().build();
    assertThatThrownBy(() -> master.setCollectTrainingStats(true))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("collects no training statistics");
    master.setCollectTrainingStats(false);
    assertThat(master.getIsCollectTrainingStats()).isFalse();
  }

  /** Closing a replica does not close the user's network. */
  @Test
  void closedReplicaReleasesItsMemory() {
    MultiLayerNetwork users =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam(0.1))
                .list()
                .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(3).nOut(2).build())
                .build());
    users.init();
    DataSet example = new DataSet(Nd4j.ones(1, 3), Nd4j.ones(1, 2));
    NetworkReplica replica = NetworkReplica.of(Dl4jNetwork.of(users).source());
    replica.network().fit((MultiDataSet) example.toMultiDataSet());
    Model model = replica.network().model();
    INDArray updater = Objects.requireNonNull(replica.network().updaterState());
    List<INDArray> held = List.of(model.params(), model.getGradientsViewArray(), updater);
    assertThat(held).noneMatch(INDArray::wasClosed);
    replica.close();
    assertThat(held).allMatch(INDArray::wasClosed);
    users.fit(example);
    assertThat(users.params().wasClosed()).isFalse();
  }

  private static void assertRejected(CentroidTrainingMaster.Builder builder, String message) {
    assertThatThrownBy(builder::build).isInstanceOf(InputException.class).hasMessage(message);
  }
}
