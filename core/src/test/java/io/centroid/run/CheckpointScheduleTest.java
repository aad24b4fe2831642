package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.config.RunConfig;
import io.centroid.train.TrainState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CheckpointScheduleTest {
  private long now = 17;

  @Test
  void byRoundsTheTimeDoesNotMatter() {
    assertThat(saved(4, 10, Duration.ofHours(1), 100)).containsExactly(4L, 8L);
    assertThat(saved(1, 3, Duration.ZERO, 100)).containsExactly(1L, 2L, 3L);
    assertThat(saved(0, 10, Duration.ofHours(1), 100)).isEmpty();
  }

  @Test
  void byTimeShortRoundsShareASaveAndLongRoundsDoNot() {
    assertThat(saved(RunConfig.Checkpoint.BY_TIME, 50, Duration.ofMillis(50), 100))
        .containsExactly(20L, 40L);
    assertThat(saved(RunConfig.Checkpoint.BY_TIME, 3, Duration.ofSeconds(2), 100))
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void byTimeNoRoundWaitsForThePreviousSave() {
    CheckpointSchedule pace = new CheckpointSchedule(RunConfig.Checkpoint.BY_TIME, () -> now);
    now += Duration.ofSeconds(5).toNanos();
    assertThat(pace.isDue(state(1, 100), false)).isFalse();
    assertThat(pace.isDue(state(2, 100), true)).isTrue();
  }

  @Test
  void largeModelsAreSavedOnlyAtTheEndsOfEpochs() {
    assertThat(saved(RunConfig.Checkpoint.BY_TIME, 3, Duration.ofSeconds(2), (4 << 20) + 1))
        .isEmpty();
  }

  private List<Long> saved(int everyRounds, int rounds, Duration round, int parameters) {
    CheckpointSchedule pace = new CheckpointSchedule(everyRounds, () -> now);
    List<Long> saved = new ArrayList<>();
    LongStream.rangeClosed(1, rounds)
        .forEach(
            number -> {
              now += round.toNanos();
              if (pace.isDue(state(number, parameters), true)) {
                pace.onSave();
                saved.add(number);
              }
            });
    return saved;
  }

  private static TrainState state(long rounds, int parameters) {
    TrainState initial = TrainState.initial(new float[parameters]);
    return new TrainState(rounds, rounds, 0, 1, rounds, initial.parameters(), initial.carried());
  }
}
