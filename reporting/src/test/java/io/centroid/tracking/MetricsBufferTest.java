package io.centroid.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.tracking.Position.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricsBufferTest {
  private static Row.Measured row(Kind kind, long step) {
    return new Row.Measured(
        new Position(0, step, kind),
        1_700_000_000_000L + step,
        Map.of("a", 1.0, "b", (double) step));
  }

  private static List<String> positions(MetricsBuffer buffer) {
    return buffer.take(Integer.MAX_VALUE).stream().map(row -> row.position().text()).toList();
  }

  @Test
  void rowsAreTakenInOrderAndNeverSplit() {
    MetricsBuffer buffer = new MetricsBuffer(100);
    for (int step = 1; step <= 5; step++) {
      assertThat(buffer.add(row(Kind.ROUND, step))).isFalse();
    }
    assertThat(buffer.points()).isEqualTo(10);
    assertThat(buffer.take(5)).extracting(row -> row.position().step()).containsExactly(1L, 2L);
    assertThat(buffer.take(1)).extracting(row -> row.position().step()).containsExactly(3L);
    assertThat(buffer.points()).isEqualTo(4);
    assertThat(positions(buffer)).containsExactly("round 4", "round 5");
    assertThat(buffer.take(5)).isEmpty();
  }

  @Test
  void aFullBufferDropsEverySecondOfTheOlderRoundsAndNoEvaluation() {
    MetricsBuffer buffer = new MetricsBuffer(20);
    buffer.add(row(Kind.ROUND, 1));
    buffer.add(row(Kind.ROUND, 2));
    buffer.add(row(Kind.VALIDATION, 2));
    for (int step = 3; step <= 9; step++) {
      assertThat(buffer.add(row(Kind.ROUND, step))).isFalse();
    }
    assertThat(buffer.add(row(Kind.ROUND, 10))).as("reported the first time").isTrue();
    assertThat(buffer.points()).isEqualTo(18);
    assertThat(buffer.add(row(Kind.ROUND, 11))).isFalse();
    assertThat(buffer.add(row(Kind.ROUND, 12))).as("reported once").isFalse();
    assertThat(positions(buffer))
        .containsExactly(
            "validation 2",
            "round 4",
            "round 6",
            "round 7",
            "round 8",
            "round 9",
            "round 10",
            "round 11",
            "round 12");
  }

  @Test
  void memoryIsBoundedHoweverLongTheServerIsDown() {
    MetricsBuffer buffer = new MetricsBuffer(1_000);
    for (int step = 1; step <= 100_000; step++) {
      buffer.add(row(step % 2 == 0 ? Kind.ROUND : Kind.VALIDATION, step));
      assertThat(buffer.points()).isLessThanOrEqualTo(1_000);
    }
    List<Row> rows = buffer.take(Integer.MAX_VALUE);
    assertThat(rows.get(rows.size() - 1).position().step()).isEqualTo(100_000);
    assertThat(rows).extracting(Row::position).isSorted();
  }

  @Test
  void aRollbackDropsWhatItUndoes() {
    MetricsBuffer buffer = new MetricsBuffer(100);
    buffer.add(row(Kind.ROUND, 3));
    buffer.add(row(Kind.VALIDATION, 3));
    buffer.add(row(Kind.ROUND, 6));
    buffer.add(new Row.RolledBack(Position.endOf(1, 3), "NaN"));
    buffer.add(row(Kind.ROUND, 5));
    assertThat(buffer.points()).isEqualTo(6);
    assertThat(positions(buffer))
        .containsExactly("round 3", "validation 3", "test 3 after rollback 1", "round 5");
  }

  @Test
  void positionsAreParsedAsWritten() {
    for (Position position :
        List.of(
            new Position(0, 0, Kind.ROUND),
            new Position(12, 1_234_567_890_123L, Kind.VALIDATION))) {
      assertThat(Position.parse(position.text())).isEqualTo(position);
    }
    for (String text :
        List.of(
            "",
            "round",
            "round -1",
            "epoch 3",
            "round 99999999999999999999",
            "round 3 after rollback x")) {
      assertThat(Position.parse(text)).isEqualTo(Position.START);
    }
  }
}
