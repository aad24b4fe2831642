package io.centroid.train;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.averaging.OuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.WorkerSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundAggregationTest {
  /** A step of a user that returns too few parameters. */
  private record Short() implements OuterStep {
    @Override
    public String name() {
      return "short";
    }

    @Override
    public List<String> stateNames() {
      return List.of();
    }

    @Override
    public Moved step(
        long round, long offset, float[] parameters, float[] meanDelta, List<float[]> state) {
      return new Moved(new float[1], List.of());
    }
  }

  @Test
  void anOuterStepThatReturnsTooFewParametersIsRefused() {
    WorkerSpec spec = SmallTraining.spec(1, InnerStatePolicy.RESET, Codec.Name.NONE);
    try (LocalShardedData data = SmallTraining.data(1, 20)) {
      Workers workers = data.workers(spec, new Short());
      TrainingPlan plan = new TrainingPlan(1, 10, 60);
      assertThatThrownBy(() -> SmallTraining.train(plan, workers, spec))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageMatching("outer step short: expected [0-9]+ parameters, found 1");
    }
  }
}
