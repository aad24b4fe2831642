package io.centroid.spark.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AssignmentTest {

  @Test
  void newWorkersAreSpreadInProportionToSlots() {
    assertThat(loads(Assignment.balance(nobody(6), 1, 1, 1), 3)).containsExactly(2, 2, 2);
    assertThat(loads(Assignment.balance(nobody(6), 4, 2), 2)).containsExactly(4, 2);
    assertThat(loads(Assignment.balance(nobody(7), 16, 8, 4), 3)).containsExactly(4, 2, 1);
    assertThat(loads(Assignment.balance(nobody(2), 1, 1, 1), 3)).containsExactly(1, 1, 0);
    assertThat(Assignment.balance(nobody(3), 5)).containsExactly(0, 0, 0);
  }

  @Test
  void onlyTheExcessMovesToALateExecutor() {
    int[] alone = {0, 0, 0, 0, 0, 0};
    int[] two = Assignment.balance(alone, 1, 1);
    assertThat(two).containsExactly(0, 0, 0, 1, 1, 1);
    assertThat(Assignment.balance(two, 1, 1, 1)).containsExactly(0, 0, 2, 1, 1, 2);
  }

  @Test
  void workersOfALostExecutorAreSpreadAndTheOthersStay() {
    assertThat(Assignment.balance(new int[] {0, -1, 1, 0, -1, 1}, 1, 1))
        .containsExactly(0, 0, 1, 0, 1, 1);
    // Its replacement gets them if it comes before the next round.
    assertThat(Assignment.balance(new int[] {0, -1, 1, 0, -1, 1}, 1, 1, 1))
        .containsExactly(0, 2, 1, 0, 2, 1);
  }

  @Test
  void largerExecutorTakesWorkersOfSmallerOnes() {
    assertThat(loads(Assignment.balance(new int[] {0, 0, 0, 0, 1, 1, 1, 1}, 2, 2, 4), 3))
        .containsExactly(2, 2, 4);
  }

  @Test
  void anAssignmentWithoutBetterOneStays() {
    int[] current = {2, 0, 1, 1, 0};
    assertThat(Assignment.balance(current, 2, 2, 1)).containsExactly(2, 0, 1, 1, 0);
    assertThat(current).containsExactly(2, 0, 1, 1, 0);
  }

  /** Compared with the least maximum of workers per slot, by trying out all maxima. */
  @Test
  void minimizesTheLargestLoadAndMovesNoWorkerTwice() {
    SplittableRandom random = new SplittableRandom(11);
    for (int trial = 0; trial < 2_000; trial++) {
      int[] slots = random.ints(random.nextInt(1, 9), 1, 9).toArray();
      int[] current = random.ints(random.nextInt(1, 40), -1, slots.length).toArray();
      int[] homes = Assignment.balance(current, slots);
      int[] before = loads(current, slots.length);
      int[] after = loads(homes, slots.length);
      assertThat(largest(after, slots)).isEqualTo(leastPossible(homes.length, slots));
      for (int worker = 0; worker < homes.length; worker++) {
        int from = current[worker];
        if (from >= 0 && from != homes[worker]) {
          assertThat(after[from]).as("gives and receives").isLessThan(before[from]);
          assertThat(after[homes[worker]]).isGreaterThan(before[homes[worker]]);
        }
      }
      int moved =
          (int)
              IntStream.range(0, homes.length)
                  .filter(w -> current[w] >= 0 && current[w] != homes[w])
                  .count();
      int excess =
          IntStream.range(0, slots.length).map(e -> Math.max(0, before[e] - after[e])).sum();
      assertThat(moved).isEqualTo(excess);
      assertThat(Assignment.balance(homes, slots)).isEqualTo(homes);
    }
  }

  private static int[] nobody(int workers) {
    return IntStream.generate(() -> -1).limit(workers).toArray();
  }

  private static int[] loads(int[] homes, int executors) {
    return IntStream.range(0, executors)
        .map(executor -> (int) Arrays.stream(homes).filter(home -> home == executor).count())
        .toArray();
  }

  private static double largest(int[] loads, int[] slots) {
    return IntStream.range(0, slots.length)
        .mapToDouble(executor -> (double) loads[executor] / slots[executor])
        .max()
        .orElseThrow();
  }

  private static double leastPossible(int workers, int[] slots) {
    return Arrays.stream(slots)
        .boxed()
        .flatMap(s -> IntStream.rangeClosed(1, workers).mapToObj(load -> (double) load / s))
        .filter(most -> Arrays.stream(slots).map(s -> (int) (most * s + 1e-9)).sum() >= workers)
        .min(Double::compare)
        .orElseThrow();
  }
}
