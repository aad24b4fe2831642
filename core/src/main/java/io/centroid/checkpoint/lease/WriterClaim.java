package io.centroid.checkpoint.lease;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.lease.LeaseFolder.Seen;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that wants to become the writer of a run, from {@link CheckpointStore#claim}. It
 * refuses where another one holds the lease and lives; who does not is found in this order: it
 * released the lease; it ran on this machine and is gone; or it gave no sign of life while it was
 * watched for the time-out. Clocks of different machines are never compared.
 */
public final class WriterClaim {
  private static final int MOST_ATTEMPTS = 100;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(WriterClaim.class);

  private final LeaseFolder folder;
  private final LeaseTerms terms;
  private final ProcessTable processes;
  private final Clock clock;
  private final Stopwatch stopwatch;
  private final Wording wording;
  private @Nullable Seen outlasted;

  /**
   * How the refusal says what is held.
   *
   * @param held such as {@code run.dir runs/one}
   * @param advice what the one who is refused can do
   */
  record Wording(String held, String advice) {
    static Wording ofRun(LeaseFolder folder) {
      return new Wording(
          "run.dir " + folder.root().getParent(), "wait for it, end it, or choose another run.dir");
    }
  }

  public WriterClaim(
      LeaseFolder folder,
      LeaseTerms terms,
      ProcessTable processes,
      Clock clock,
      Stopwatch stopwatch) {
    this(folder, terms, processes, clock, stopwatch, Wording.ofRun(folder));
  }

  public WriterClaim(
      LeaseFolder folder,
      LeaseTerms terms,
      ProcessTable processes,
      Clock clock,
      Stopwatch stopwatch,
      Wording wording) {
    this.wording = wording;
    this.folder = folder;
    this.terms = terms;
    this.processes = processes;
    this.clock = clock;
    this.stopwatch = stopwatch;
  }

  /**
   * Makes sure that no one else writes the run now; writes nothing. Waits for the time-out where
   * the holder cannot be seen.
   *
   * @throws LeaseHeldException if another process does
   */
  public void requireFree() throws IOException {
    free();
  }

  /**
   * Takes the next epoch, which only one process can.
   *
   * @throws LeaseHeldException if another process holds the lease
   */
  public WriterLease acquire() throws IOException {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      long epoch = free().epoch() + 1;
      Holder self = Holder.current(processes, clock, terms.timeout());
      try {
        folder.take(epoch, self);
      } catch (FileAlreadyExistsException e) {
        log.debug("another writer took epoch {} first", epoch, e);
        continue;
      }
      if (folder.look().epoch() > epoch) {
        folder.withdraw(epoch); // Put back after two others had taken and removed it.
        continue;
      }
      // Not every object store lets only one create a file.
      if (folder.holder(epoch).map(holder -> holder.uuid().equals(self.uuid())).orElse(false)) {
        folder.sign(epoch, 1);
        folder.removeBefore(epoch);
        return WriterLease.hold(folder, epoch, terms.period());
      }
    }
    throw new IOException("too many writers ask for the lease in " + folder.root());
  }

  /** What is there, once no one holds it. */
  private Seen free() throws IOException {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      Seen seen = folder.look();
      if (seen.epoch() == 0 || seen.released() || seen.equals(outlasted) || isOver(seen)) {
        return seen;
      }
    }
    throw new IOException("too many writers ask for the lease in " + folder.root());
  }

  /** Whether a holder can be overtaken; false if another one came meanwhile. */
  private boolean isOver(Seen seen) throws IOException {
    Optional<Holder> holder = folder.holder(seen.epoch());
    return switch (holder.map(known -> known.life(processes)).orElse(Holder.Life.UNKNOWN)) {
      case ALIVE -> throw held(seen, "it runs on this machine");
      case GONE -> {
        outlasted = seen;
        terms.notes().accept(described(seen) + ", is gone: taking over");
        yield true;
      }
      case UNKNOWN -> isSilent(seen, longer(holder));
    };
  }

  /** The holder gives signs at its own pace. */
  private Duration longer(Optional<Holder> holder) {
    Duration its = holder.map(Holder::timeout).orElse(Duration.ZERO);
    return its.compareTo(terms.timeout()) > 0 ? its : terms.timeout();
  }

  private boolean isSilent(Seen seen, Duration window) throws IOException {
    terms
        .notes()
        .accept(
            "%s, cannot be seen from here: watching %s for a sign of life"
                .formatted(described(seen), seconds(window)));
    Duration pause = window.dividedBy(20);
    pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    // While we slept, or the store did not answer, the holder may have been unable to show a sign.
    long longestGap = window.toNanos() / 3;
    long started = stopwatch.nanos();
    long last = started;
    while (true) {
      Seen now = folder.look();
      if (now.epoch() == seen.epoch() && !now.released() && now.sign() != seen.sign()) {
        throw held(seen, "it gave a sign of life");
      }
      if (!now.equals(seen)) {
        return false;
      }
      long time = stopwatch.nanos();
      started = time - last > longestGap ? time : started;
      last = time;
      if (time - started >= window.toNanos()) {
        outlasted = seen;
        terms
            .notes()
            .accept(
                "%s, gave no sign of life for %s: taking over"
                    .formatted(described(seen), seconds(window)));
        return true;
      }
      stopwatch.pause(pause);
    }
  }

  private LeaseHeldException held(Seen seen, String proof) {
    return new LeaseHeldException(
        "%s is in use by %s (%s): %s"
            .formatted(wording.held(), who(seen), proof, wording.advice()));
  }

  private String described(Seen seen) {
    return "the writer of %s, %s".formatted(wording.held(), who(seen));
  }

  private String who(Seen seen) {
    return folder.holder(seen.epoch()).map(Holder::toString).orElse("an unknown process");
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }
}
