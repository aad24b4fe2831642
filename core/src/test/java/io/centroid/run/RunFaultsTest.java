package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.checkpoint.lease.LeaseHeldException;
import io.centroid.checkpoint.lease.LeaseLostException;
import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Engines;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs with a second writer or a full disk. */
final class RunFaultsTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  @TempDir Path directory;

  @AfterEach
  void space() {
    FillingFileSystem.fill(false);
  }

  @Test
  void aSecondWriterIsRejectedBeforeItReadsOrWritesAnything() throws IOException {
    List<Throwable> refused = new ArrayList<>();
    List<Map<String, String>> before = new ArrayList<>();
    List<Map<String, String>> after = new ArrayList<>();
    RunResult result =
        execute(
            FILES,
            directory.resolve("a").toString(),
            atRound(
                3,
                () -> {
                  before.add(files("a"));
                  try {
                    new TrainingRun(
                            configuration(directory.resolve("a").toString()),
                            FILES,
                            Engines.CPU,
                            spec -> {
                              throw new AssertionError("surveyed the data");
                            },
                            RunObserver.NONE)
                        .execute();
                  } catch (LeaseHeldException e) {
                    refused.add(e);
                  }
                  after.add(files("a"));
                }));
    assertThat(refused)
        .singleElement()
        .extracting(Throwable::getMessage)
        .asString()
        .contains("is in use by process " + ProcessHandle.current().pid() + " on ");
    assertThat(after).isEqualTo(before);
    assertThat(result.parametersSha256()).isEqualTo(undisturbed());
    // A run that ended cleanly has released its lease: the next one starts at once.
    assertThat(execute(FILES, directory.resolve("a").toString(), RunObserver.NONE))
        .isEqualTo(result);
  }

  @Test
  void aRunThatLosesItsLeaseStopsAndDoesNotTouchTheOthersFiles() throws IOException {
    String run = directory.resolve("a").toString();
    assertThatThrownBy(
            () ->
                execute(
                    FILES,
                    run,
                    atRound(
                        3,
                        () ->
                            Files.writeString(
                                directory.resolve(
                                    "a/checkpoints/.leases/fencing-token-00000009.json"),
                                "{}"))))
        .isInstanceOf(LeaseLostException.class)
        .hasMessageContaining("fencing token 9 is above 1, held by an unknown process");
    assertThat(files("a").keySet()).noneMatch(name -> name.equals("result.json"));
    assertThat(files("a").keySet())
        .noneMatch(name -> name.contains("released") || name.contains("inprogress"));
  }

  @Test
  void aFullDiskStopsTheRunWithTheOldCheckpointIntact() throws IOException {
    HadoopFiles files = new HadoopFiles(FillingFileSystem.configuration());
    String run = FillingFileSystem.SCHEME + "://" + directory.resolve("a");
    assertThatThrownBy(() -> execute(files, run, atRound(3, () -> FillingFileSystem.fill(true))))
        .rootCause()
        .hasMessage("No space left on device");
    assertThat(steps()).last().isIn("step-00000002", "step-00000003");
    assertThat(files("a").keySet()).noneMatch(name -> name.contains("inprogress"));
    FillingFileSystem.fill(false);
    List<String> notes = new ArrayList<>();
    RunResult resumed =
        execute(
            files,
            run,
            new RunObserver() {
              @Override
              public void onNote(String note) {
                notes.add(note);
              }
            });
    assertThat(notes).anyMatch(note -> note.startsWith("resuming from "));
    assertThat(notes).noneMatch(note -> note.startsWith("skipped"));
    assertThat(resumed.parametersSha256()).isEqualTo(undisturbed());
  }

  @Test
  void metricsAfterADriverDeathEqualThoseOfAnUninterruptedRun() throws IOException {
    String run = directory.resolve("a").toString();
    assertThatThrownBy(
            () ->
                execute(
                    FILES,
                    run,
                    atRound(
                        5,
                        () -> {
                          throw new IllegalStateException("dies");
                        })))
        .hasMessage("dies");
    Path metrics = directory.resolve("a/metrics.jsonl");
    // Its last line is truncated, and its temporary file still exists.
    Files.writeString(metrics, Files.readString(metrics) + "{\"type\":\"round\",\"step\":");
    Files.writeString(directory.resolve("a/.inprogress-metrics.jsonl"), "half");
    Files.writeString(directory.resolve("a/.inprogress-result.json"), "half");
    execute(FILES, run, RunObserver.NONE);
    assertThat(Files.readAllLines(metrics).stream().filter(line -> line.contains("\"round\",")))
        .hasSize(8);
    assertThat(files("a").keySet()).noneMatch(name -> name.contains("inprogress"));
  }

  private interface Event {
    void happen() throws IOException;
  }

  private static RunObserver atRound(long number, Event event) {
    return new RunObserver() {
      @Override
      public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
        if (state.rounds() == number) {
          try {
            event.happen();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        }
      }
    };
  }

  private String undisturbed() throws IOException {
    return execute(FILES, directory.resolve("undisturbed").toString(), RunObserver.NONE)
        .parametersSha256();
  }

  private static RunResult execute(HadoopFiles files, String run, RunObserver observer)
      throws IOException {
    return new TrainingRun(
            configuration(run), files, Engines.CPU, spec -> new LocalShardedData(spec, 2), observer)
        .execute();
  }

  /** Eight rounds of a step, a checkpoint after each. */
  private static RunConfig configuration(String run) {
    return RunConfig.load(
        null,
        List.of(
            "run.dir=" + run,
            "compute.workers=local",
            "data.digits.train=500",
            "data.digits.test=100",
            "data.validation-split=0.1",
            "model.hidden=[12]",
            "train.steps=8",
            "train.local-steps=1",
            "train.batch-size=32",
            "optimizer.name=adamw",
            "optimizer.learning-rate=0.01",
            "checkpoint.every-rounds=1"));
  }

  private List<String> steps() throws IOException {
    try (Stream<Path> folders = Files.list(directory.resolve("a/checkpoints"))) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(name -> name.startsWith("step-"))
          .sorted()
          .toList();
    }
  }

  /** Every file of a run, except heartbeats and unfinished checkpoints. */
  private Map<String, String> files(String name) throws IOException {
    Map<String, String> found = new TreeMap<>();
    Path root = directory.resolve(name);
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String path = root.relativize(file).toString();
        if (!path.contains("heartbeat-")
            && !path.startsWith("checkpoints/.inprogress")
            && !path.startsWith("checkpoints/step-")) {
          found.put(path, Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      }
    }
    return found;
  }
}
