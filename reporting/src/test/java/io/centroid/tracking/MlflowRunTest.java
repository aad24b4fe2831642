package io.centroid.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.centroid.tracking.MlflowServer.Point;
import io.centroid.tracking.Position.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MlflowRunTest extends MlflowFixture {
  private MlflowRun run;

  @BeforeEach
  void create() throws IOException {
    run = MlflowRun.create(http(), MlflowRun.experiment(http(), "a"), "b", 1, Map.of());
  }

  private static Row round(int rollbacks, long step, double loss) {
    return new Row.Measured(
        new Position(rollbacks, step, Kind.ROUND),
        1_700_000_000_000L,
        Map.of("training/loss", loss));
  }

  @Test
  void roundsAfterARollbackAreSentAgainAndThoseBeforeItAreNot() throws IOException {
    run.log(List.of(round(0, 3, 0.5), round(0, 6, 0.4), round(0, 9, 7)));
    run.log(List.of(new Row.RolledBack(Position.endOf(1, 3), "the loss is NaN"), round(0, 3, 0.5)));
    assertThat(found().sent()).isEqualTo(Position.endOf(1, 3));
    run.log(List.of(round(1, 6, 0.3), round(1, 9, 0.2)));
    assertThat(server.points("training/loss"))
        .extracting(Point::step, Point::value)
        .containsExactly(
            tuple(3L, 0.5), tuple(6L, 0.4), tuple(9L, 7.0), tuple(6L, 0.3), tuple(9L, 0.2));
    assertThat(server.run().tags)
        .containsEntry("centroid.rollback.1", "to step 3: the loss is NaN");
  }

  @Test
  void whatTheServerHasIsNotSentAgainByTheProcessThatFindsTheRun() throws IOException {
    run.log(List.of(round(0, 3, 0.5), round(0, 6, 0.4)));
    MlflowRun found = found();
    long before = server.requests.size();
    found.log(List.of(round(0, 3, 0.5), round(0, 6, 0.4)));
    assertThat(server.requests).hasSize((int) before);
    found.log(List.of(round(0, 6, 0.4), round(0, 9, 0.3)));
    assertThat(server.points("training/loss")).extracting(Point::step).containsExactly(3L, 6L, 9L);
  }

  @Test
  void manyLongParametersAreSplitIntoRequestsThatTheServerTakes() throws IOException {
    Map<String, String> many = new TreeMap<>();
    for (int i = 0; i < 250; i++) {
      many.put("key." + i + "!", "é".repeat(7_000));
    }
    run.logParameters(many, MlflowText.MOST_PARAMETER_CHARS);
    assertThat(server.run().params).hasSize(250);
    assertThat(server.run().params.get("key.7_")).hasSize(6_000).endsWith("é… (7000 characters)");
  }

  private MlflowRun found() throws IOException {
    return MlflowRun.find(http(), run.ids().runId()).orElseThrow();
  }
}
