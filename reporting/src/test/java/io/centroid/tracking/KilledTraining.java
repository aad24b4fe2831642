package io.centroid.tracking;

import io.centroid.Eventually;
import io.centroid.io.HadoopFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.conf.Configuration;

/**
 * A process that halts in the middle of a tracked training, without the end of anything, as with
 * {@code kill -9}.
 */
final class KilledTraining {
  static final int EXIT_CODE = 9;

  private KilledTraining() {}

  /**
   * @param args folder of the run, URL of the server, step of the round after which it halts, and
   *     whether it halts at once ({@code now}), when the server has that round ({@code delivered}),
   *     or waits for a signal ({@code signal})
   */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    long step = Long.parseLong(args[2]);
    String when = args[3];
    TrackedTraining.of(directory, args[1])
        .observedBy(
            TrackedTraining.at(
                step,
                () -> {
                  if (!when.equals("now")) {
                    awaitSent(directory, args[1], step);
                  }
                  if (when.equals("signal")) {
                    LockSupport.park(directory);
                  }
                  Runtime.getRuntime().halt(EXIT_CODE);
                }))
        .run();
  }

  private static void awaitSent(Path directory, String uri, long step) {
    MlflowHttp http = new MlflowHttp(uri, null, Duration.ofSeconds(5));
    HadoopFiles files = new HadoopFiles(new Configuration());
    try {
      Eventually.await(
          "the server has the metrics",
          Duration.ofSeconds(60),
          () -> {
            var run = RunFile.read(files, files.path(directory.toString()));
            return run.isPresent()
                && MlflowRun.find(http, run.get().runId()).orElseThrow().sent().step() >= step;
          });
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
