package io.centroid.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private long now;

  @Test
  void workIsDueWhenItsLastDurationIsATenthOfAPercentOfTheTimeSince() throws IOException {
    Budget budget = new Budget(() -> now);
    assertThat(budget.isDue()).isTrue();
    budget.spend(() -> now += 10);
    now += 9999;
    assertThat(budget.isDue()).isFalse();
    now += 1;
    assertThat(budget.isDue()).isTrue();
    budget.spend(() -> now += 2);
    now += 1999;
    assertThat(budget.isDue()).isFalse();
    now += 1;
    assertThat(budget.isDue()).isTrue();
  }
}
