package io.centroid.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimeLeftTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aSlowFirstRoundDoesNotMultiply() {
    TimeLeft left = new TimeLeft(1000, 0, 0);
    left.advance(1, 20 * SECOND);
    assertThat(left.text(20 * SECOND)).isEmpty();
    left.advance(2, 21 * SECOND);
    left.advance(3, 22 * SECOND);
    assertThat(left.text(22 * SECOND)).isEmpty();
    left.advance(4, 23 * SECOND);
    assertThat(left.text(23 * SECOND)).isEqualTo("16:36 left");
  }

  @Test
  void aResumedRunIsEstimatedFromItsOwnSteps() {
    TimeLeft left = new TimeLeft(1000, 900, 0);
    for (int i = 1; i <= 5; i++) {
      left.advance(900 + i, i * 2 * SECOND);
    }
    assertThat(left.text(10 * SECOND)).isEqualTo("3:10 left");
  }

  @Test
  void aTenthOfTheTaskIsEnough() {
    TimeLeft left = new TimeLeft(20, 0, 0);
    left.advance(10, 7 * SECOND);
    assertThat(left.text(7 * SECOND)).isEqualTo("0:07 left");
  }

  @Test
  void theTimeRunsDuringARound() {
    TimeLeft left = new TimeLeft(4, 0, 0);
    left.advance(2, 60 * SECOND);
    assertThat(left.text(75 * SECOND)).isEqualTo("0:45 left");
    assertThat(left.text(200 * SECOND)).isEqualTo("0:00 left");
  }

  @Test
  void nothingIsLeftAtTheEnd() {
    TimeLeft left = new TimeLeft(4, 4, 0);
    assertThat(left.text(SECOND)).isEqualTo("0:00 left");
  }

  @Test
  void longTimesHaveHoursAndDays() {
    assertThat(TimeLeft.of(3599)).isEqualTo("59:59 left");
    assertThat(TimeLeft.of(3600 + 125)).isEqualTo("1:02:05 left");
    assertThat(TimeLeft.of(49 * 3600)).isEqualTo("2 d 1 h left");
  }
}
