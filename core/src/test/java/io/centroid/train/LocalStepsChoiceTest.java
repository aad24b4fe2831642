package io.centroid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.centroid.evaluate.Evaluation;
import io.centroid.memory.PeakMemory;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalStepsChoiceTest {

  @ParameterizedTest
  @CsvSource({
    // step, overhead, most, share, H
    "500000, 10000000, 100000, 0.1, 180",
    "500000, 10000000, 100000, 0.5, 20",
    "500000, 10000000, 47, 0.1, 47",
    "2000000000, 10000000, 100, 0.1, 1",
    "0, 10000000, 469, 0.1, 469",
    "500000, 0, 469, 0.1, 1"
  })
  void choosesTheSmallestHWithinTheCommunicationShare(
      long step, long overhead, int most, double share, int expected) {
    LocalStepsChoice choice = LocalStepsChoice.of(step, overhead, most, share);
    assertThat(choice.localSteps()).isEqualTo(expected);
  }

  @Test
  void shareIsThatOfTheChosenSteps() {
    assertThat(LocalStepsChoice.of(500_000, 10_000_000, 1_000, 0.1).share())
        .isEqualTo(0.1, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"2, 2, 180", "4, 2, 90", "8, 2, 45"})
  void stepsOfWorkersThatShareACoreAreSummed(int workers, int parallelism, int expected) {
    long step = 500_000;
    long overhead = 10_000_000;
    Workers costly =
        new Workers() {
          @Override
          public RoundResult run(Round round) {
            long compute = step * round.steps();
            long wall = compute * workers / parallelism + overhead;
            RoundCost cost =
                new RoundCost(
                    1_000_000, wall - 1_000_000, 0, compute, compute, compute * workers, 0, 0);
            return new RoundResult(
                new float[0], CarriedState.nothing(), 1, 0, cost, PeakMemory.UNKNOWN, List.of());
          }

          @Override
          public Evaluation evaluate(EvaluationSet part, float[] parameters) {
            return Evaluation.empty(0);
          }
        };
    LocalStepsChoice choice =
        LocalStepsChoice.measure(
            costly,
            TrainState.initial(new float[0]),
            new TrainingPlan(1, 1000, 1000),
            parallelism,
            0.1);
    assertThat(choice.localSteps()).isEqualTo(expected);
  }
}
