package io.centroid.run;

import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.lease.WriterClaim;
import io.centroid.config.RunConfig;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainingJson;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a run as it is before the run starts. Nothing is written, and the lease is not
 * taken.
 *
 * @param path qualified path
 * @param display path for messages; local paths have no scheme
 * @param holder process that holds, or may hold, the lease; empty if it is free
 * @param step step of the newest checkpoint; 0 if there is none
 * @param differences settings in which that checkpoint's run differs from this one, described in
 *     full; empty if this run can resume it
 */
public record RunFolder(
    Path path,
    String display,
    Optional<WriterClaim.Holding> holder,
    long step,
    List<String> differences) {

  /**
   * Reads the folder of a run; it need not exist.
   *
   * @throws io.centroid.error.InputException if it is not a folder of a run
   */
  public static RunFolder of(RunConfig config, HadoopFiles files) throws IOException {
    RunDirectory directory = RunDirectory.of(config, files, note -> {});
    directory.requireOwn();
    List<StoredCheckpoint> checkpoints = directory.checkpoints().listUnverified();
    LeaseTerms terms = new LeaseTerms(config.checkpoint().leaseTimeout(), note -> {});
    Optional<StoredCheckpoint> newest =
        checkpoints.isEmpty()
            ? Optional.empty()
            : Optional.of(checkpoints.get(checkpoints.size() - 1));
    return new RunFolder(
        directory.path(),
        directory.display(),
        directory.checkpoints().claim(terms).holding(),
        newest.map(StoredCheckpoint::step).orElse(0L),
        newest.map(checkpoint -> differences(checkpoint, config)).orElse(List.of()));
  }

  private static List<String> differences(StoredCheckpoint checkpoint, RunConfig config) {
    if (checkpoint
        .manifest()
        .snapshot()
        .configurationHash()
        .equals(config.run().trajectoryHash())) {
      return List.of();
    }
    TrainingJson there = TrainingJson.read(checkpoint.path(), checkpoint.manifest());
    SortedMap<String, String> differences =
        RunCheckpoints.differences(there.configuration(), config.run().trajectory());
    boolean mayBeLengthened =
        RunCheckpoints.isLength(differences.keySet()) && config.optimizer().decaysAtTheEnd();
    return mayBeLengthened ? List.of() : List.copyOf(differences.values());
  }
}
