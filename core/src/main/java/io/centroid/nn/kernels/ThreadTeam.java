package io.centroid.nn.kernels;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A fixed team of threads, the caller's included, for fork-join parallelism with low latency. Idle
 * threads spin for a few microseconds and then park. They end when the team is closed or
 * unreachable. One caller at a time.
 */
public final class ThreadTeam implements AutoCloseable {
  private static final Cleaner CLEANER = Cleaner.create();

  /** A team of only the caller's thread. */
  public static final ThreadTeam ALONE = new ThreadTeam(1);

  private static final int SPINS = 4000;

  private final int size;
  private final Board board;
  private final Cleaner.Cleanable helpers;

  /**
   * Creates a team.
   *
   * @param size number of threads, the caller's included
   */
  public ThreadTeam(int size) {
    this.size = size;
    this.board = new Board(size - 1);
    this.helpers = CLEANER.register(this, board::close);
  }

  public int size() {
    return size;
  }

  /**
   * Calls the work once on each thread with its index, 0 to size - 1, and returns when all have
   * finished; the caller's index is 0. An exception of any thread is rethrown.
   *
   * @throws IllegalStateException if the team is closed
   */
  public void run(IntConsumer work) {
    if (size == 1) {
      work.accept(0);
      return;
    }
    if (board.closed) {
      throw new IllegalStateException("the team of " + size + " threads is closed");
    }
    board.begin(work);
    @Nullable Throwable own = null;
    try {
      work.accept(0);
    } catch (RuntimeException | Error e) {
      own = e;
    }
    board.awaitEnd();
    Throwable thrown = own != null ? own : board.thrown;
    if (thrown instanceof RuntimeException failure) {
      throw failure;
    }
    if (thrown instanceof Error failure) {
      throw failure;
    }
  }

  /** Ends the other threads; has no effect on a team of size 1. */
  @Override
  public void close() {
    helpers.clean();
  }

  /** Start of a thread's share of {@code count} items; it ends where the next thread's starts. */
  public static int share(int count, int thread, int threads) {
    return (int) ((long) count * thread / threads);
  }

  /** State that the threads share; it does not keep the team reachable. */
  private static final class Board {
    private final Thread[] helpers;
    private final AtomicInteger running = new AtomicInteger();
    private volatile int piece;
    private volatile @Nullable IntConsumer work;
    private volatile @Nullable Thread caller;
    private volatile @Nullable Throwable thrown;
    private volatile boolean closed;

    Board(int helpers) {
      this.helpers = new Thread[helpers];
    }

    void begin(IntConsumer next) {
      thrown = null;
      caller = Thread.currentThread();
      work = next;
      running.set(helpers.length);
      piece++;
      for (int i = 0; i < helpers.length; i++) {
        if (helpers[i] == null) {
          int number = i + 1;
          Thread helper = new Thread(() -> help(number), "centroid-team-" + number);
          helper.setDaemon(true);
          helpers[i] = helper;
          helper.start();
        } else {
          LockSupport.unpark(helpers[i]);
        }
      }
    }

    void awaitEnd() {
      for (int spins = 0; running.get() > 0; spins++) {
        rest(spins);
      }
      work = null;
      caller = null;
    }

    private void help(int number) {
      int done = 0;
      for (int spins = 0; !closed; spins++) {
        if (piece == done) {
          rest(spins);
          continue;
        }
        done++;
        spins = 0;
        IntConsumer next = work;
        try {
          if (next != null) {
            next.accept(number);
          }
        } catch (RuntimeException | Error e) {
          thrown = e;
        }
        Thread waiting = caller;
        if (running.decrementAndGet() == 0) {
          LockSupport.unpark(waiting);
        }
      }
    }

    void close() {
      closed = true;
      for (Thread helper : helpers) {
        LockSupport.unpark(helper);
      }
    }

    private void rest(int spins) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
      }
    }
  }
}
