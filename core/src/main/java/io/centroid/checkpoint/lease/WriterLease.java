package io.centroid.checkpoint.lease;

import io.centroid.checkpoint.lease.LeaseFolder.Seen;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write the checkpoints of a run, held by one process under an epoch that is higher
 * than that of every process before. While it is held, a thread gives signs of life. Whoever holds
 * a higher epoch has overtaken this one, which finds out at the latest when it checks before a
 * commit. Closing it, or the end of the JVM by a signal, releases it for the next.
 */
public final class WriterLease implements AutoCloseable {
  /** Spark's contexts are stopped before, the file systems are closed after. */
  private static final int HOOK_PRIORITY = FileSystem.SHUTDOWN_HOOK_PRIORITY + 5;

  private static final Logger log = LoggerFactory.getLogger(WriterLease.class);

  private final LeaseFolder folder;
  private final long epoch;
  private final Runnable hook = this::close;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread signs = new Thread(task, "lease-signs");
            signs.setDaemon(true);
            return signs;
          });
  private long signs = 1;
  private boolean silent;
  private volatile boolean closed;
  private volatile boolean overtaken;

  private WriterLease(LeaseFolder folder, long epoch) {
    this.folder = folder;
    this.epoch = epoch;
  }

  /**
   * Takes the lease of a folder, which is released when it is closed, when this JVM ends by a
   * signal, and when this process is gone.
   *
   * @param work what is done there, for the message to a process that is refused
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

  /** Begins to give signs of life under an epoch that is taken. */
  static WriterLease hold(LeaseFolder folder, long epoch, Duration period) {
    WriterLease lease = new WriterLease(folder, epoch);
    long nanos = Math.max(1, period.toNanos());
    var unused =
        lease.thread.scheduleWithFixedDelay(lease::sign, nanos, nanos, TimeUnit.NANOSECONDS);
    ShutdownHookManager.get().addShutdownHook(lease.hook, HOOK_PRIORITY);
    return lease;
  }

  /** Greater than that of every earlier writer; recorded in each manifest. */
  public long epoch() {
    return epoch;
  }

  /**
   * Makes sure that this is still the writer, by asking the store.
   *
   * @throws LeaseLostException one line that names the writer that took over
   */
  public void check() throws IOException {
    long highest = folder.look().epoch();
    if (highest > epoch) {
      overtaken = true;
      throw new LeaseLostException(
          "another writer took over %s: epoch %d overtakes %d, held by %s"
              .formatted(
                  folder.root(),
                  highest,
                  epoch,
                  folder.holder(highest).map(Holder::toString).orElse("an unknown process")));
    }
    if (highest < epoch) {
      throw new LeaseLostException(
          "the lease of epoch %d was removed from %s while its writer was alive"
              .formatted(epoch, folder.root()));
    }
    if (closed) {
      throw new LeaseLostException(
          "the lease of epoch %d of %s was given back, as this process ends"
              .formatted(epoch, folder.root()));
    }
  }

  /**
   * Checks after a failure, which may have come of the lost lease.
   *
   * @throws LeaseLostException as {@link #check}, with the failure suppressed
   */
  public void checkAfter(Exception failure) {
    if (failure instanceof LeaseLostException) {
      return;
    }
    try {
      check();
    } catch (LeaseLostException e) {
      e.addSuppressed(failure);
      throw e;
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Checks only if a sign of life found another writer: costs nothing, for between the commits.
   *
   * @throws LeaseLostException as {@link #check}
   */
  public void checkIfOvertaken() throws IOException {
    if (overtaken) {
      check();
    }
  }

  /** Checks, then acts; the lease is not given back in between. */
  public synchronized void whileHeld(AtomicDirectory.Change change) throws IOException {
    check();
    change.apply();
  }

  /** A holder that cannot show itself may be overtaken by now: the next check tells. */
  private void sign() {
    try {
      Seen seen = folder.look();
      overtaken |= seen.epoch() > epoch;
      if (closed || seen.epoch() != epoch) {
        return;
      }
      folder.sign(epoch, ++signs);
      silent = false;
    } catch (IOException | RuntimeException e) {
      if (!silent) {
        log.warn("cannot give a sign of life in {}: {}", folder.root(), e.toString());
      }
      silent = true;
    }
  }

  /** Gives the lease back, if it is still held. What a dead holder leaves is only slower. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    thread.shutdown();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
    try {
      if (folder.look().epoch() == epoch) {
        folder.release(epoch);
      }
    } catch (IOException e) {
      log.warn("cannot give back the lease of {}: {}", folder.root(), e.toString());
    }
  }
}
