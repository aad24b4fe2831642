package io.centroid.cli;

import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.retrain.Exporter;
import io.centroid.retrain.Phase;
import io.centroid.retrain.Retraining;
import io.centroid.run.RunObserver;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * A retrain process that halts the JVM at a given phase, like a killed process, without cleanup.
 */
final class HaltingRetrain {
  /** Exit code of the halted process. */
  static final int HALTED = 77;

  /** Halts during training. */
  static final String TRAINING = "TRAINING";

  /** Halts after an export is committed and before it is recorded. */
  static final String EXPORTING = "EXPORTING";

  private HaltingRetrain() {}

  /**
   * Runs retraining on local threads.
   *
   * @param args the configuration file, the {@link Phase} to halt at, {@link #TRAINING} or {@link
   *     #EXPORTING}, and overrides
   */
  public static void main(String[] args) throws Exception {
    List<String> overrides = List.of(args).subList(2, args.length);
    HadoopFiles files = new HadoopFiles(new Configuration());
    Exporter real = new ModelExports(files, System.err::println);
    Exporter exporter =
        (form, checkpoint, data, folder) -> {
          real.export(form, checkpoint, data, folder);
          halt(args[1].equals(EXPORTING));
        };
    new Retraining(
            more -> {
              List<String> all = new ArrayList<>(overrides);
              all.addAll(more);
              return RunConfig.load(args[0], all);
            },
            files,
            Centroid.ENGINES,
            shards -> new LocalShardedData(shards, 2),
            new Halting(args[1].equals(TRAINING)),
            List.of(),
            exporter,
            phase -> halt(phase.name().equals(args[1])))
        .execute();
  }

  private static void halt(boolean here) {
    if (here) {
      Runtime.getRuntime().halt(HALTED);
    }
  }

  private record Halting(boolean inTraining) implements RunObserver {
    @Override
    public void onNote(String note) {
      System.err.println(note);
    }

    @Override
    public void onRound(TrainState state, Round round, RoundResult result, long roundNanos) {
      halt(inTraining && state.rounds() == 5);
    }
  }
}
