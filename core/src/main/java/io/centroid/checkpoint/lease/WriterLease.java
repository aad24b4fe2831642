package io.centroid.checkpoint.lease;

import io.centroid.checkpoint.lease.LeaseFolder.Seen;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exclusive lease to write the checkpoints of a run, with a fencing token higher than that of
 * every earlier holder. A thread writes heartbeats while the lease is held. A process with a higher
 * token fences this one off at its next check, at the latest before a commit. Closing the lease, or
 * a signal that ends the JVM, releases it.
 */
public final class WriterLease implements AutoCloseable {
  /** Runs after Spark's contexts stop and before the file systems close. */
  private static final int HOOK_PRIORITY = FileSystem.SHUTDOWN_HOOK_PRIORITY + 5;

  private static final Logger log = LoggerFactory.getLogger(WriterLease.class);

  private final LeaseFolder folder;
  private final long token;
  private final Holder self;
  private final Runnable hook = this::close;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread heartbeats = new Thread(task, "lease-heartbeats");
            heartbeats.setDaemon(true);
            return heartbeats;
          });
  private long heartbeats = 1;
  private boolean silent;
  private volatile boolean closed;
  private boolean acquired;
  private volatile boolean lost;

  private WriterLease(LeaseFolder folder, long token, Holder self) {
    this.folder = folder;
    this.token = token;
    this.self = self;
  }

  /**
   * Acquires the lease of a folder.
   *
   * @param work description of the work, for the message to a process that does not get the lease
   * @throws LeaseHeldException if another live process holds the lease
   */
  public static WriterLease acquire(
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

  /**
   * Acquires a fencing token and starts its heartbeats. The shutdown hook precedes the file, so
   * that a process that is ending either writes nothing or releases the lease.
   *
   * @return empty if another process acquired the token
   * @throws IllegalStateException if this process is ending; nothing is written then
   */
  static Optional<WriterLease> acquire(LeaseFolder folder, long token, Holder self, Duration period)
      throws IOException {
    WriterLease lease = new WriterLease(folder, token, self);
    ShutdownHookManager.get().addShutdownHook(lease.hook, HOOK_PRIORITY);
    try {
      lease.begin(period);
      return lease.acquired ? Optional.of(lease) : Optional.empty();
    } finally {
      if (!lease.acquired) {
        lease.close();
      }
    }
  }

  private synchronized void begin(Duration period) throws IOException {
    if (closed || ShutdownHookManager.get().isShutdownInProgress()) {
      throw new IllegalStateException("no lease of " + folder.root() + ": this process is ending");
    }
    try {
      folder.acquire(token, self);
    } catch (FileAlreadyExistsException e) {
      log.debug("another writer acquired fencing token {} first", token, e);
      return;
    }
    if (folder.look().token() > token) {
      folder.withdraw(token); // Recreated after two others had acquired and removed it.
      return;
    }
    // Not every object store has an exclusive create.
    if (!isOwn()) {
      return;
    }
    folder.heartbeat(token, 1);
    folder.removeBefore(token);
    long nanos = Math.max(1, period.toNanos());
    var unused = thread.scheduleWithFixedDelay(this::heartbeat, nanos, nanos, TimeUnit.NANOSECONDS);
    acquired = true;
  }

  private boolean isOwn() {
    return folder.holder(token).filter(holder -> holder.uuid().equals(self.uuid())).isPresent();
  }

  /** The fencing token: higher than that of every earlier writer; recorded in each manifest. */
  public long fencingToken() {
    return token;
  }

  /**
   * Checks in the store that this process still holds the lease.
   *
   * @throws LeaseLostException if another writer took over the lease
   */
  public void check() throws IOException {
    long highest = folder.look().token();
    if (highest > token) {
      lost = true;
      throw new LeaseLostException(
          "lease lost: another writer took over %s: fencing token %s is above %s, held by %s"
              .formatted(
                  folder.root(),
                  highest,
                  token,
                  folder.holder(highest).map(Holder::toString).orElse("an unknown process")));
    }
    if (highest < token) {
      throw new LeaseLostException(
          "lease lost: fencing token %s was removed from %s while its writer was running"
              .formatted(token, folder.root()));
    }
    if (closed) {
      throw new LeaseLostException(
          "lease lost: fencing token %s of %s was released because this process is ending"
              .formatted(token, folder.root()));
    }
  }

  /**
   * Checks the lease after a failure that the loss of the lease may have caused.
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
   * Checks only if a heartbeat found another writer; no I/O otherwise.
   *
   * @throws LeaseLostException as {@link #check}
   */
  public void checkIfLost() throws IOException {
    if (lost) {
      check();
    }
  }

  /** Checks the lease, then applies the change; the lease is not released in between. */
  public synchronized void whileHeld(AtomicDirectory.Change change) throws IOException {
    check();
    change.apply();
  }

  /** A holder whose heartbeats fail may have lost the lease; the next check finds out. */
  private void heartbeat() {
    try {
      Seen seen = folder.look();
      lost |= seen.token() > token;
      if (closed || seen.token() != token) {
        return;
      }
      folder.heartbeat(token, ++heartbeats);
      silent = false;
    } catch (IOException | RuntimeException e) {
      if (!silent) {
        log.warn("cannot write a heartbeat in {}: {}", folder.root(), e.toString());
      }
      silent = true;
    }
  }

  /**
   * Releases the lease if it is still held. Without a release the next writer waits for the
   * timeout.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    thread.shutdown();
    try {
      if (folder.look().token() == token && (acquired || isOwn())) {
        folder.release(token);
      }
    } catch (IOException | RuntimeException e) {
      log.warn("cannot release the lease of {}: {}", folder.root(), e.toString());
    }
    try {
      ShutdownHookManager.get().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      log.debug("the hooks are running", e);
    }
  }
}
