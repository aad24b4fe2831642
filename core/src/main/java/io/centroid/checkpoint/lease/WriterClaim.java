package io.centroid.checkpoint.lease;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.lease.LeaseFolder.Seen;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A claim to the writer lease of a run, from {@link CheckpointStore#claim}. It fails if another
 * live process holds the lease. A holder counts as dead if it released the lease, ran on this
 * machine and no longer runs, or sent no heartbeat for the timeout. Clocks of different machines
 * are never compared.
 */
public final class WriterClaim {
  private static final int MOST_ATTEMPTS = 100;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final LeaseFolder folder;
  private final LeaseTerms terms;
  private final ProcessTable processes;
  private final Clock clock;
  private final Stopwatch stopwatch;
  private final Wording wording;
  private @Nullable Seen expired;

  /**
   * The wording of the error when the lease is held.
   *
   * @param held leased resource, such as {@code run.dir runs/one}
   * @param advice advice for the user
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
   * Checks that no other process holds the lease; writes nothing. Waits for the timeout if the
   * holder is not visible.
   *
   * @throws LeaseHeldException if another live process holds the lease
   */
  public void requireFree() throws IOException {
    free();
  }

  /**
   * A process that holds, or may hold, the lease.
   *
   * @param process process, host and time of the acquisition
   * @param isAlive whether it runs on this machine; false if it is not visible from here
   */
  public record Holding(String process, boolean isAlive) {}

  /** Who holds the lease; empty if it is free. Neither waits nor writes. */
  public Optional<Holding> holding() throws IOException {
    Seen seen = folder.look();
    if (seen.token() == 0 || seen.released()) {
      return Optional.empty();
    }
    Optional<Holder> holder = folder.holder(seen.token());
    return switch (holder.map(known -> known.life(processes)).orElse(Holder.Life.UNKNOWN)) {
      case ALIVE -> Optional.of(new Holding(who(seen), true));
      case UNKNOWN -> Optional.of(new Holding(who(seen), false));
      case GONE -> Optional.empty();
    };
  }

  /**
   * Acquires the next fencing token, which only one process can.
   *
   * @throws LeaseHeldException if another live process holds the lease
   */
  public WriterLease acquire() throws IOException {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      long token = free().token() + 1;
      Holder self = Holder.current(processes, clock, terms.timeout());
      Optional<WriterLease> acquired = WriterLease.acquire(folder, token, self, terms.period());
      if (acquired.isPresent()) {
        return acquired.get();
      }
    }
    throw new IOException("too many writers compete for the lease in " + folder.root());
  }

  /** The state of the lease, once no live process holds it. */
  private Seen free() throws IOException {
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      Seen seen = folder.look();
      if (seen.token() == 0 || seen.released() || seen.equals(expired) || isOver(seen)) {
        return seen;
      }
    }
    throw new IOException("too many writers compete for the lease in " + folder.root());
  }

  /** Whether the holder is dead; false if another one acquired the lease meanwhile. */
  private boolean isOver(Seen seen) throws IOException {
    Optional<Holder> holder = folder.holder(seen.token());
    return switch (holder.map(known -> known.life(processes)).orElse(Holder.Life.UNKNOWN)) {
      case ALIVE -> throw held(seen, "it is running on this machine");
      case GONE -> {
        expired = seen;
        terms.notes().accept(described(seen) + ", no longer runs: taking over the lease");
        yield true;
      }
      case UNKNOWN -> isSilent(seen, longer(holder));
    };
  }

  /** The longer of the holder's timeout and this one's, since the holder sets its own interval. */
  private Duration longer(Optional<Holder> holder) {
    Duration its = holder.map(Holder::timeout).orElse(Duration.ZERO);
    return its.compareTo(terms.timeout()) > 0 ? its : terms.timeout();
  }

  private boolean isSilent(Seen seen, Duration window) throws IOException {
    terms
        .notes()
        .accept(
            "%s, is not visible from this machine: waiting %s for a heartbeat"
                .formatted(described(seen), seconds(window)));
    Duration pause = window.dividedBy(20);
    pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    // During a long gap (sleep, unresponsive store) the holder may have been unable to write one.
    long longestGap = window.toNanos() / 3;
    long started = stopwatch.nanos();
    long last = started;
    while (true) {
      Seen now = folder.look();
      if (now.token() == seen.token() && !now.released() && now.heartbeat() != seen.heartbeat()) {
        throw held(seen, "it sent a heartbeat");
      }
      if (!now.equals(seen)) {
        return false;
      }
      long time = stopwatch.nanos();
      started = time - last > longestGap ? time : started;
      last = time;
      if (time - started >= window.toNanos()) {
        expired = seen;
        terms
            .notes()
            .accept(
                "%s, sent no heartbeat for %s: taking over the lease"
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
    return folder.holder(seen.token()).map(Holder::toString).orElse("an unknown process");
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + " s"
        : duration.toMillis() + " ms";
  }
}
