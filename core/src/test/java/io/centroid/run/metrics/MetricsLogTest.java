package io.centroid.run.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.Pythons;
import io.centroid.evaluate.Evaluation;
import io.centroid.io.storage.Storage;
import io.centroid.memory.PeakMemory;
import io.centroid.train.CarriedState;
import io.centroid.train.Rollback;
import io.centroid.train.RoundCost;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.EvaluationSet;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.WorkerReport;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsLogTest {
  private static final TrainState START = TrainState.initial(new float[0]);

  @TempDir Path directory;
  private final List<String> notes = new ArrayList<>();

  @Test
  void isSyncedBeforeItReplacesTheOldFile() throws IOException {
    try (MetricsLog log = open()) {
      assertThat(Files.exists(directory.resolve("metrics.jsonl"))).isTrue();
      assertThat(WatchedFileSystem.synced).isTrue();
      assertThat(log).isNotNull();
    }
  }

  /** A long run's file may exceed the memory: what is kept is written while the rest is read. */
  @Test
  void theLinesToKeepAreNotHeldInMemory() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      lines.append("{\"type\":\"round\",\"step\":").append(i % 2 == 0 ? 0 : 5).append("}\n");
    }
    Files.writeString(directory.resolve("metrics.jsonl"), lines);
    open().close();
    assertThat(WatchedFileSystem.writtenBeforeTheEnd).isGreaterThan(200_000);
    assertThat(Files.readAllLines(directory.resolve("metrics.jsonl")))
        .hasSize(10_000)
        .containsOnly("{\"type\":\"round\",\"step\":0}");
  }

  @Test
  void damagedLinesBeforeTheLastAreNoted() throws IOException {
    Files.writeString(
        directory.resolve("metrics.jsonl"),
        """
        {"type":"round","step":0}
        garbage{
        {"type":"round"}
        {"type":"round","step":0,"loss":"0.5"}
        {"type":"round","step":0}
        {"type":"round","st""");
    open().close();
    assertThat(Files.readAllLines(directory.resolve("metrics.jsonl")))
        .hasSize(2)
        .containsOnly("{\"type\":\"round\",\"step\":0}");
    assertThat(notes).singleElement().asString().endsWith("metrics.jsonl: dropped 3 damaged lines");
  }

  @Test
  void linesAreKeptAsTheyAreAndTheLastGetsItsNewline() throws IOException {
    String kept = "{\"type\":\"round\",\"step\":0, \"note\":\"\u00e9\"}\r\n";
    Path file = directory.resolve("metrics.jsonl");
    Files.writeString(file, kept + "{\"step\":0,\"type\":\"round\"}");
    open().close();
    assertThat(file).hasContent(kept + "{\"step\":0,\"type\":\"round\"}\n");
    assertThat(notes).isEmpty();
  }

  @Test
  void aFullDiskFailsTheWriteOfARollback() throws IOException {
    assumeTrue(Files.exists(Path.of("/dev/full")), "there is a /dev/full");
    MetricsLog log = open();
    WatchedFileSystem.full = true;
    assertThatThrownBy(() -> log.onRollback(START, new Rollback(1, 1, 0, 0.5, "diverged")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("cannot write ")
        .hasMessageEndingWith("metrics.jsonl: No space left on device");
  }

  /**
   * A process that is killed at any point of a write leaves complete lines after the next start.
   */
  @Test
  void aFileThatWasCutAtAnyByteIsContinuedWithoutGapsOrDuplicates() throws IOException {
    TrainState[] states = new TrainState[4];
    states[0] = START;
    try (MetricsLog log = open()) {
      for (int i = 0; i < 3; i++) {
        states[i + 1] = append(log, states[i]);
      }
    }
    Path file = directory.resolve("metrics.jsonl");
    byte[] whole = Files.readAllBytes(file);
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(6);
    int tail = lines.get(4).getBytes(UTF_8).length + lines.get(5).getBytes(UTF_8).length + 2;
    for (int length = whole.length - tail; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      // The checkpoint is after two rounds; what came after it happens again.
      try (MetricsLog log = open(states[2])) {
        TrainState unused = append(log, states[2]);
      }
      assertThat(ReproducibleRows.of(file))
          .as("cut at %d of %d", length, whole.length)
          .isEqualTo(withoutTimes(lines));
    }
  }

  /** What Spark and pandas infer: one kind for each field of a row type, and no NaN. */
  @Test
  void rowsOfATypeHaveTheSameFieldsOfTheSameKinds() throws IOException {
    try (MetricsLog log = open()) {
      TrainState state = append(log, append(log, START));
      log.onRollback(state, new Rollback(1, 3, 2, 0.5, "the loss is not finite"));
      log.onEvaluation(state, EvaluationSet.TEST, Evaluation.ofTokens(3, 1e9, 7, 2));
    }
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve("metrics.jsonl"))) {
      assertThat(line).doesNotContain("NaN").doesNotContain("Infinity");
      rows.add(new ObjectMapper().readTree(line));
    }
    for (JsonNode row : rows) {
      for (JsonNode other : rows) {
        row.fields()
            .forEachRemaining(
                field -> {
                  JsonNode value = other.path(field.getKey());
                  boolean isWhole = field.getValue().isIntegralNumber();
                  if (!value.isMissingNode()) {
                    assertThat(value.getNodeType()).isEqualTo(field.getValue().getNodeType());
                    assertThat(value.isIntegralNumber()).as(field.getKey()).isEqualTo(isWhole);
                  }
                });
      }
      assertThat(row.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}\\.\\d{3}Z");
    }
    assertThat(names(rows.get(0))).isEqualTo(names(rows.get(2))).contains("gradientNorm");
    assertThat(rows.get(0).path("workers").get(0).path("computeSeconds").asDouble()).isEqualTo(2);
    // A perplexity of e^(1e9 / 7).
    assertThat(rows.get(5).has("perplexity")).isFalse();
    assertThat(rows.get(5).path("loss").asDouble()).isEqualTo(1e9 / 7);
  }

  @Test
  void pandasReadsTheFile() throws IOException, InterruptedException {
    String python = Pythons.with("pandas");
    try (MetricsLog log = open()) {
      TrainState unused = append(log, append(log, append(log, START)));
    }
    String found =
        Pythons.run(
            python,
            """
            import sys
            import pandas as pd
            rows = pd.read_json(sys.argv[1], lines=True)
            rounds = rows[rows.type == "round"]
            print(list(rounds["round"]), rounds.step.dtype, rounds.loss.dtype, rounds.loss.sum())
            print(pd.to_datetime(rounds.time).is_monotonic_increasing)
            print(pd.json_normalize(rounds.workers.explode())["deltaNorm"].mean())
            print(list(rows[rows.type == "evaluation"].accuracy))
            """,
            directory.resolve("metrics.jsonl").toString());
    assertThat(found.lines())
        .containsExactly("[1, 2, 3] int64 float64 1.5", "True", "0.75", "[0.75, 0.75, 0.75]");
  }

  /** Appends a round of 5 steps with two workers, and an evaluation. */
  private static TrainState append(MetricsLog log, TrainState start) {
    Round round = new Round(start, 5);
    PeakMemory memory = new PeakMemory(1, 2, 3);
    List<WorkerReport> reports =
        List.of(
            new WorkerReport(0, 8, 4, true, 0.5, 0.5, 5, 2, 2_000_000_000, 3, memory, ""),
            new WorkerReport(1, 8, 4, true, 1, 0.5, 5, 3, 2_000_000_000, 3, memory, ""));
    RoundResult result =
        new RoundResult(
            new float[0],
            CarriedState.nothing(),
            16,
            0.5,
            new RoundCost(1, 2, 3, 4, 5, 6, 7, 8),
            memory,
            reports,
            0.7,
            RoundResult.Faults.NONE);
    TrainState state =
        new TrainState(
            start.rounds() + 1,
            start.steps() + 5,
            0,
            Math.toIntExact(start.steps() + 5),
            start.examples() + 16,
            new float[0],
            CarriedState.nothing());
    log.onRound(round, state, RoundMetrics.of(Instant.now(), state, round, result, 1_000, 2, 0));
    log.onEvaluation(
        state, EvaluationSet.VALIDATION, new Evaluation(4, 2, 0, new long[][] {{2, 1}, {0, 1}}));
    return state;
  }

  private static List<String> names(JsonNode row) {
    return row.properties().stream().map(Map.Entry::getKey).toList();
  }

  private List<ObjectNode> withoutTimes(List<String> lines) throws IOException {
    return ReproducibleRows.of(Files.write(directory.resolve("whole.jsonl"), lines));
  }

  private MetricsLog open() throws IOException {
    return open(START);
  }

  private MetricsLog open(TrainState state) throws IOException {
    WatchedFileSystem.synced = false;
    WatchedFileSystem.full = false;
    WatchedFileSystem.written = 0;
    Configuration configuration = new Configuration();
    configuration.set("fs.watched.impl", WatchedFileSystem.class.getName());
    var file = new org.apache.hadoop.fs.Path("watched://" + directory + "/metrics.jsonl");
    return MetricsLog.open(Storage.of(file, configuration), file, state, notes::add);
  }

  /** Local files whose streams know whether they were synced, and may fail when they are closed. */
  public static final class WatchedFileSystem extends RawLocalFileSystem {
    private static boolean synced;
    private static boolean full;
    private static long written;
    private static long writtenBeforeTheEnd;

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize)
        throws IOException {
      FSDataInputStream file = super.open(path, bufferSize);
      return new FSDataInputStream(
          new FSInputStream() {
            @Override
            public int read() throws IOException {
              int value = file.read();
              writtenBeforeTheEnd = value < 0 ? writtenBeforeTheEnd : written;
              return value;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
              int count = file.read(buffer, offset, length);
              writtenBeforeTheEnd = count < 0 ? writtenBeforeTheEnd : written;
              return count;
            }

            @Override
            public void seek(long position) throws IOException {
              file.seek(position);
            }

            @Override
            public long getPos() throws IOException {
              return file.getPos();
            }

            @Override
            public boolean seekToNewSource(long position) {
              return false;
            }
          });
    }

    @Override
    public String getScheme() {
      return "watched";
    }

    @Override
    public URI getUri() {
      return URI.create("watched:///");
    }

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path path,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      return new FSDataOutputStream(
          new Watched(super.create(path, overwrite, bufferSize, replication, blockSize, progress)),
          null);
    }

    private static final class Watched extends FilterOutputStream
        implements Syncable, StreamCapabilities {
      private final FSDataOutputStream file;

      Watched(FSDataOutputStream file) {
        super(file);
        this.file = file;
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        file.write(bytes, offset, length);
        written += length;
      }

      @Override
      public boolean hasCapability(String capability) {
        return file.hasCapability(capability);
      }

      @Override
      public void hflush() throws IOException {
        file.hflush();
      }

      @Override
      public void hsync() throws IOException {
        file.hsync();
        synced = true;
      }

      @Override
      public void close() throws IOException {
        file.close();
        if (full) {
          throw refusal();
        }
      }
    }

    private static FSError refusal() throws IOException {
      RawLocalFileSystem disk = new RawLocalFileSystem();
      disk.initialize(URI.create("file:///"), new Configuration());
      OutputStream out = disk.create(new org.apache.hadoop.fs.Path("/dev/full"), true);
      out.write(1);
      return catchThrowableOfType(FSError.class, out::close);
    }
  }
}
