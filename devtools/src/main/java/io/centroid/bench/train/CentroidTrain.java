package io.centroid.bench.train;

import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.error.InputException;
import io.centroid.run.metrics.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** {@code train} through the launcher, as a user starts it. */
public final class CentroidTrain implements TrainSystem {
  private final List<String> command;
  private String kernels = "unknown";

  /**
   * @param command command line that trains, without {@code run.dir}
   */
  public CentroidTrain(List<String> command) {
    this.command = List.copyOf(command);
  }

  @Override
  public String label() {
    return "centroid";
  }

  @Override
  public TrainRun run(Path folder) throws IOException {
    Path run = folder.resolve("run");
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of("--set", "run.dir=" + run.toUri()));
    ProcessBuilder builder = TrainSystem.withoutChoices(new ProcessBuilder(line));
    WholeProcess.Use use =
        new WholeProcess(
                command.get(0), builder, folder.resolve("output"), run.resolve("metrics.jsonl"))
            .run();
    Double firstRound = use.markSeconds();
    if (firstRound == null) {
      throw new InputException("the training ended without a round");
    }
    Path file = run.resolve("result.json");
    RunResult result = RunResult.parse(file.toString(), Files.readAllBytes(file));
    kernels = kernels(run);
    TrainRun done =
        TrainRun.of(use)
            .with(Figure.FIRST_ROUND, firstRound)
            .with(Figure.ROUNDS, result.rounds())
            .with(Figure.SYNCHRONIZATION, 1 - result.computeShare());
    Double accuracy = result.test().get("accuracy");
    return accuracy == null ? done : done.with(Figure.ACCURACY, accuracy);
  }

  /** Kernels of the last run, as its checkpoints record them. */
  public String kernels() {
    return kernels;
  }

  private static String kernels(Path run) throws IOException {
    CheckpointListener skipped = (checkpoint, reason) -> {};
    Map<String, String> versions =
        CheckpointStore.of(new org.apache.hadoop.fs.Path(run.toUri()), new Configuration(), skipped)
            .newest()
            .orElseThrow(() -> new InputException("the training left no checkpoint"))
            .manifest()
            .snapshot()
            .versions();
    return versions.getOrDefault("blas", versions.toString());
  }
}
