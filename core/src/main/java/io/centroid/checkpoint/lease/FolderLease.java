package io.centroid.checkpoint.lease;

import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.time.Clock;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The right of one process at a time to work in a folder, as a run has it for its checkpoints. */
public final class FolderLease {
  private FolderLease() {}

  /**
   * Takes the lease, which is given back when it is closed, when this JVM ends by a signal, and
   * when this process is gone.
   *
   * @param work what is done there, for the one that is refused
   * @throws LeaseHeldException if another process holds it, and lives
   */
  public static WriterLease take(
      Path folder, Configuration configuration, LeaseTerms terms, String work) throws IOException {
    Storage storage = Storage.of(folder, configuration);
    return new WriterClaim(
            new LeaseFolder(storage, storage.qualified(folder)),
            terms,
            new ProcessTable(),
            Clock.systemUTC(),
            Stopwatch.SYSTEM,
            new WriterClaim.Wording(work, "wait for it, or end it"))
        .acquire();
  }
}
