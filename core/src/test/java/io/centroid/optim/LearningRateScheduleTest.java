package io.centroid.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {

  @Test
  void aConstantScheduleKeepsTheBaseLearningRate() {
    LearningRateSchedule schedule =
        new LearningRateSchedule(0, new LearningRateSchedule.Constant());
    assertThat(schedule.factor(0)).isEqualTo(1);
    assertThat(schedule.factor(1_000_000_000_000L)).isEqualTo(1);
  }

  @Test
  void aStaircaseDropsAfterEachInterval() {
    LearningRateSchedule schedule =
        new LearningRateSchedule(0, new LearningRateSchedule.Staircase(10, 0.5));
    assertThat(schedule.factor(9)).isEqualTo(1);
    assertThat(schedule.factor(10)).isEqualTo(0.5);
    assertThat(schedule.factor(19)).isEqualTo(0.5);
    assertThat(schedule.factor(30)).isEqualTo(0.125);
  }

  @Test
  void aCosineDecaysFromTheBaseToTheFinalLearningRate() {
    LearningRateSchedule schedule =
        new LearningRateSchedule(0, new LearningRateSchedule.Cosine(100, 0.1));
    assertThat(schedule.factor(0)).isEqualTo(1);
    assertThat(schedule.factor(50)).isCloseTo(0.55, within(1e-12));
    assertThat(schedule.factor(100)).isCloseTo(0.1, within(1e-12));
    assertThat(schedule.factor(200)).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void aStableLearningRateDecaysLinearlyAtTheEnd() {
    LearningRateSchedule.StableDecay decay = new LearningRateSchedule.StableDecay(100, 0.2, 0.1);
    LearningRateSchedule schedule = new LearningRateSchedule(4, decay);
    assertThat(decay.decayStart(100)).isEqualTo(80);
    assertThat(schedule.factor(0)).isCloseTo(0.2, within(1e-12));
    assertThat(schedule.factor(4)).isEqualTo(1);
    assertThat(schedule.factor(79)).isEqualTo(1);
    assertThat(schedule.factor(80)).isCloseTo(1 - 0.9 / 20, within(1e-12));
    assertThat(schedule.factor(89)).isCloseTo(0.55, within(1e-12));
    assertThat(schedule.factor(99)).isCloseTo(0.1, within(1e-12));
    assertThat(schedule.factor(200)).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void aWarmUpIsLinearAndTheCosineStartsAfterIt() {
    LearningRateSchedule schedule =
        new LearningRateSchedule(4, new LearningRateSchedule.Cosine(104, 0));
    assertThat(schedule.factor(0)).isCloseTo(0.2, within(1e-12));
    assertThat(schedule.factor(1)).isCloseTo(0.4, within(1e-12));
    assertThat(schedule.factor(3)).isCloseTo(0.8, within(1e-12));
    assertThat(schedule.factor(4)).isEqualTo(1);
    assertThat(schedule.factor(54)).isCloseTo(0.5, within(1e-12));
    assertThat(schedule.factor(104)).isCloseTo(0, within(1e-12));
  }

  @Test
  void aRunShorterThanItsWarmUpHasALearningRate() {
    LearningRateSchedule schedule =
        new LearningRateSchedule(10, new LearningRateSchedule.Cosine(5, 0));
    assertThat(schedule.factor(4)).isCloseTo(5 / 11.0, within(1e-12));
  }
}
