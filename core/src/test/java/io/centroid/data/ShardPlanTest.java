package io.centroid.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardPlanTest {

  @ParameterizedTest
  @CsvSource({
    "1,0,784",
    "1,1,784",
    "3,2,784",
    "8,7,1",
    "2,10,784",
    "3,1000,784",
    "8,60000,784",
    "5,100003,1",
    "3,977,2000000",
    "2,9000001,1",
    "16,17,1"
  })
  void shardsPartitionTheUnitsAndDifferByAtMostOne(int workers, int total, int unitBytes) {
    ShardPlan plan = new ShardPlan(42, workers, total, unitBytes);
    byte[] owners = new byte[total];
    long smallest = Long.MAX_VALUE;
    long largest = 0;
    for (int worker = 0; worker < workers; worker++) {
      long size = 0;
      long last = -1;
      for (ShardPlan.Range range : plan.ranges(worker)) {
        assertThat(range.from()).isGreaterThan(last);
        assertThat(range.size()).isPositive();
        last = range.to();
        size += range.size();
        for (long unit = range.from(); unit < range.to(); unit++) {
          owners[(int) unit]++;
        }
      }
      smallest = Math.min(smallest, size);
      largest = Math.max(largest, size);
    }
    assertThat(owners).isEqualTo(ones(total));
    assertThat(largest - smallest).isBetween(0L, 1L);
  }

  @Test
  void eachWorkerSamplesTheWholeFile() {
    ShardPlan plan = new ShardPlan(1, 8, 60_000, 784);
    for (int worker = 0; worker < 8; worker++) {
      int[] tenths = new int[10];
      for (ShardPlan.Range range : plan.ranges(worker)) {
        for (long unit = range.from(); unit < range.to(); unit++) {
          tenths[(int) (unit / 6000)]++;
        }
      }
      assertThat(Arrays.stream(tenths).boxed())
          .allSatisfy(count -> assertThat(count).isBetween(375, 1125));
    }
  }

  @Test
  void thePlanDependsOnTheSeed() {
    List<ShardPlan.Range> one = new ShardPlan(1, 4, 60_000, 784).ranges(0);
    assertThat(new ShardPlan(1, 4, 60_000, 784).ranges(0)).isEqualTo(one);
    assertThat(new ShardPlan(2, 4, 60_000, 784).ranges(0)).isNotEqualTo(one);
  }

  @Test
  void adjacentRangesAreMerged() {
    assertThat(new ShardPlan(1, 1, 1L << 40, 1).ranges(0))
        .containsExactly(new ShardPlan.Range(0, 1L << 40));
  }

  @Test
  void rejectsAWorkerOutsideThePlan() {
    ShardPlan plan = new ShardPlan(1, 2, 10, 1);
    assertThatThrownBy(() -> plan.ranges(2)).isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] ones(int length) {
    byte[] ones = new byte[length];
    Arrays.fill(ones, (byte) 1);
    return ones;
  }
}
