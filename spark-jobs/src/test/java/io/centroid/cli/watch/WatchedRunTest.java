package io.centroid.cli.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.cli.report.Tty;
import io.centroid.error.InputException;
import io.centroid.run.metrics.MetricsRow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchedRunTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

  private final WatchedRun run = new WatchedRun(WatchedMetric.USUAL);
  private final StringWriter out = new StringWriter();
  private final WatchLines lines = new WatchLines(run, new PrintWriter(out));

  @Test
  void theScreenShowsCurvesAndState() {
    run.onPlan(3, 0);
    train(run, 1, 4);
    run.onCheckpoint(20);
    assertThat(screen(run, 24, 61, START.plusSeconds(7)))
        .containsExactly(
            "run: epoch 2 of 3, step 40 of 60 (66 %), 0:02 left",
            "loss, last 0.2500",
            "    1.000|        '..",
            "         |           '..",
            "         |              ''.....",
            "   0.2500|                     ''''''''.....",
            "validation.accuracy, last 0.9000",
            "   0.9000|                              ..''",
            "         |                         ..'''",
            "         |                    ...''",
            "   0.8000|                ..''",
            "examplesPerSecond, last 640.0",
            "         |",
            "         |",
            "    640.0|        ''''''''''''''''''''''''''",
            "         |",
            "         +--------------------------------------------------",
            "          0                                          step 60",
            "round 4, mean 640 examples/s, validation accuracy 0.9000,",
            "  loss 0.3000",
            "time: compute 64 %, schedule 8 %, publish 0 %,",
            "  aggregation 4 %, checkpoint 20 %",
            "3 tasks retried, 0 executors lost, 0 rollbacks,",
            "  last checkpoint step-00000020",
            "last round 3 s ago");
  }

  @ParameterizedTest
  @CsvSource({"24,80", "40,120", "24,40", "10,40", "5,20", "2,3", "60,300"})
  void theScreenFitsTheTerminal(int rows, int columns) {
    run.onPlan(3, 0);
    train(run, 1, 6);
    for (boolean unicode : new boolean[] {false, true}) {
      assertThat(
              new WatchScreen("a".repeat(200), unicode)
                  .lines(run, new Tty.Size(rows, columns), START))
          .hasSizeLessThan(rows)
          .allSatisfy(line -> assertThat(line).hasSizeLessThan(columns));
    }
  }

  @Test
  void aLongNameIsShortenedAndThePositionIsNot() {
    run.onPlan(3, 0);
    train(run, 1, 4);
    String position = "epoch 2 of 3, step 40 of 60 (66 %), 0:02 left";
    assertThat(title("hdfs://namenode/runs/mnist", 80, true))
        .isEqualTo("hdfs://namenode/runs/mnist: " + position);
    assertThat(title("hdfs://namenode/runs/mnist", 61, true))
        .isEqualTo("…e/runs/mnist: " + position);
    assertThat(title("hdfs://namenode/runs/mnist", 60, false))
        .isEqualTo("...uns/mnist: " + position);
    assertThat(title("hdfs://namenode/runs/mnist", 46, true)).isEqualTo(position);
    assertThat(
            new WatchScreen("hdfs://namenode/runs/mnist", true)
                .lines(run, new Tty.Size(24, 40), START))
        .startsWith("epoch 2 of 3, step 40 of 60 (66 %),", "  0:02 left", "loss, last 0.2500");
  }

  @Test
  void unreadableLinesAreShown() {
    lines.onDamaged(3);
    lines.onRead();
    lines.onDamaged(5);
    assertThat(screen(run, 24, 80, START))
        .endsWith(
            "waiting for the first round",
            "metrics.jsonl: 2 unreadable lines, the first is line 3");
    train(lines, 1, 1);
    lines.onRead();
    lines.onRead();
    lines.onReplaced();
    lines.onRead();
    assertThat(out.toString().lines())
        .containsExactly(
            "metrics.jsonl: 1 unreadable line, the first is line 3",
            "metrics.jsonl: 2 unreadable lines, the first is line 3",
            "epoch 1, step 10, loss 1.0000, 640 examples/s",
            "resumed from step 0");
    assertThat(screen(run, 24, 80, START)).endsWith("waiting for the first round");
  }

  @Test
  void controlCharactersOfFilesAreNotPrinted() {
    run.onRow(row("{'type':'rollback','step':0,'rollback':1,'reason':'\\u001b[2J'}"));
    assertThat(new WatchScreen("a\u001b[31m", false).lines(run, new Tty.Size(24, 80), START))
        .first()
        .isEqualTo("a?[31m: epoch 1, step 0");
    lines.onRow(row("{'type':'rollback','step':0,'rollback':1,'reason':'NaN \\u001b[2J'}"));
    assertThat(out.toString().lines()).containsExactly("rolled back to step 0: NaN ?[2J");
  }

  @Test
  void aSilentRunMayBeInterrupted() {
    train(run, 1, 2);
    assertThat(WatchScreen.status(run, START.plusSeconds(301))).isEqualTo("last round 4 min ago");
    assertThat(WatchScreen.status(run, START.plusSeconds(302)))
        .isEqualTo("no new round for 5 min: the run may be interrupted");
    assertThat(WatchScreen.status(run, START.plusSeconds(2 * 3600)))
        .isEqualTo("no new round for 1 h 59 min: the run may be interrupted");
  }

  @Test
  void aResumedRunRepeatsNoLine() {
    run.onPlan(3, 0);
    train(lines, 1, 3);
    lines.onRead();
    lines.onReplaced();
    train(lines, 1, 2);
    lines.onRead();
    train(lines, 3, 5);
    lines.onRead();
    assertThat(out.toString().lines())
        .containsExactly(
            "epoch 1 of 3, step 20 of 60, loss 0.5000, validation accuracy 0.8000, loss 0.3000,"
                + " 640 examples/s, 0:04 left",
            "epoch 2 of 3, step 30 of 60, loss 0.3333, 640 examples/s, 0:03 left",
            "resumed from step 20",
            "epoch 2 of 3, step 40 of 60, loss 0.2500, validation accuracy 0.9000, loss 0.3000,"
                + " 640 examples/s, 0:02 left",
            "epoch 3 of 3, step 50 of 60, loss 0.2000, 640 examples/s, 0:01 left");
  }

  @Test
  void anEvaluationThatIsReadAfterItsRoundIsALine() {
    train(lines, 1, 1);
    lines.onRead();
    lines.onRow(row("{'type':'evaluation','step':10,'epoch':1,'part':'validation','loss':0.5}"));
    lines.onRead();
    assertThat(out.toString().lines())
        .containsExactly(
            "epoch 1, step 10, loss 1.0000, 640 examples/s",
            "epoch 1, step 10, loss 1.0000, validation loss 0.5000, 640 examples/s");
  }

  @Test
  void aRollbackIsShownAndItsRoundsAreShownAgain() {
    train(lines, 1, 3);
    lines.onRead();
    lines.onReplaced();
    train(lines, 1, 2);
    lines.onRow(row("{'type':'rollback','step':20,'rollback':1,'reason':'loss is NaN'}"));
    train(lines, 3, 3);
    lines.onRead();
    assertThat(out.toString().lines().skip(2))
        .containsExactly(
            "rolled back to step 20: loss is NaN", "epoch 2, step 30, loss 0.3333, 640 examples/s");
  }

  @Test
  void metricsAreChosenByName() {
    assertThat(WatchedMetric.parse("loss").title()).isEqualTo("loss");
    assertThat(WatchedMetric.parse("validation.loss").title()).isEqualTo("validation.loss");
    assertThat(WatchedMetric.parse("accuracy").title()).isEqualTo("validation.accuracy");
    assertThatThrownBy(() -> WatchedMetric.parse("deltanorm"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("--metric: expected loss, learningRate, ")
        .hasMessageEndingWith(", found 'deltanorm'; did you mean deltaNorm?");
  }

  private String title(String name, int columns, boolean unicode) {
    return new WatchScreen(name, unicode).lines(run, new Tty.Size(24, columns), START).get(0);
  }

  private static List<String> screen(WatchedRun run, int rows, int columns, Instant now) {
    return new WatchScreen("run", false).lines(run, new Tty.Size(rows + 3, columns), now);
  }

  /** Rounds of ten steps and one second each; an epoch has two, followed by an evaluation. */
  private static void train(MetricsTail.Sink sink, int from, int to) {
    for (int i = from; i <= to; i++) {
      sink.onRow(
          row(
              """
              {'type':'round','round':%d,'step':%d,'examples':%d,'epoch':%d,'localSteps':10,
              'roundExamples':640,'time':'%s','loss':%s,'seconds':1.0,'examplesPerSecond':640,
              'computeSeconds':0.8,'scheduleSeconds':0.1,'aggregationSeconds':0.05,
              'publishSeconds':0,'checkpointSeconds':0.25,'retriedTasks':%d}"""
                  .formatted(
                      i,
                      10 * i,
                      640 * i,
                      (i - 1) / 2,
                      START.plusSeconds(i),
                      1.0 / i,
                      i == 3 ? 3 : 0)));
      if (i % 2 == 0) {
        sink.onRow(
            row(
                """
                {'type':'evaluation','round':%d,'step':%d,'examples':%d,'epoch':%d,
                'part':'validation','evaluatedExamples':10,'accuracy':%s,'loss':0.3}"""
                    .formatted(i, 10 * i, 640 * i, i / 2, 0.7 + 0.05 * i)));
      }
    }
  }

  private static MetricsRow row(String json) {
    return MetricsRow.parse(json.replace('\'', '"').getBytes(UTF_8)).orElseThrow();
  }
}
