package io.centroid.fuzz;

import io.centroid.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * Gives targets damaged inputs. Input {@code i} of a target is a function of the seed, the target's
 * name and {@code i}, so the same seed gives the same inputs and findings on any number of threads;
 * only a limit of time makes the number of inputs another. A parser that is stuck ends the run of
 * its target: its stack is the finding, and its thread is left behind.
 *
 * @param threads that read inputs
 * @param time most time for each target
 * @param slowest most time for an input
 * @param corpus more inputs to begin from, by the target's name
 */
public record Fuzzer(
    long seed,
    int threads,
    Duration time,
    Duration slowest,
    Function<String, List<byte[]>> corpus) {
  private static final long POLL_MILLIS = 50;
  private static final long BLOCK = 64;

  /**
   * Runs one target.
   *
   * @param inputs how many
   * @param progress told now and then how many inputs are done
   */
  public TargetReport run(TargetSpec spec, long inputs, LongConsumer progress) {
    long started = System.nanoTime();
    Tally tally = new Tally(spec.name(), seed);
    AtomicLong next = new AtomicLong();
    long deadline = started + Math.min(time.toNanos(), Long.MAX_VALUE / 4);
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Worker worker = new Worker(spec, tally, next, inputs, deadline);
      workers.add(worker);
      worker.start();
    }
    watch(workers, tally, progress);
    return tally.report(System.nanoTime() - started);
  }

  /** The input of this number. */
  public byte[] input(TargetSpec spec, long number) {
    try (FuzzTarget target = spec.maker().get()) {
      return new Inputs(spec.name(), target).get(number);
    }
  }

  private void watch(List<Worker> workers, Tally tally, LongConsumer progress) {
    boolean alive = true;
    while (alive) {
      alive = false;
      for (Worker worker : workers) {
        if (worker.isStuck(slowest)) {
          tally.add(worker.number, worker.input, worker.stuckFault(slowest));
          workers.forEach(Worker::giveUp);
          return;
        }
        join(worker);
        alive |= worker.isAlive();
      }
      progress.accept(tally.inputs());
    }
    for (Worker worker : workers) {
      worker.rethrow();
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while parsers were being fuzzed", e);
    }
  }

  /** Makes the inputs of a target by their numbers: first its seeds as they are, then damage. */
  private final class Inputs {
    private final long name;
    private final List<byte[]> seeds;
    private final List<PartFormat> formats;
    private final List<byte[]> words;

    Inputs(String name, FuzzTarget target) {
      this.name = name.hashCode();
      this.seeds = new ArrayList<>(target.seeds());
      seeds.addAll(corpus.apply(name));
      this.formats = target.formats();
      this.words = Mutator.words(target.dictionary());
    }

    byte[] get(long number) {
      if (number < seeds.size()) {
        return seeds.get((int) number);
      }
      long own = Seed.of(seed, Seed.Purpose.SAMPLING, name, number);
      return Mutator.of(own, words).mutate(seeds, formats);
    }
  }

  private final class Worker extends Thread {
    private final TargetSpec spec;
    private final Tally tally;
    private final AtomicLong next;
    private final long inputs;
    private final long deadline;
    private volatile long startedNanos;
    private volatile long number;
    private volatile byte[] input = {};
    private volatile boolean givenUp;
    private volatile Throwable failure = NONE;

    Worker(TargetSpec spec, Tally tally, AtomicLong next, long inputs, long deadline) {
      super("fuzz-" + spec.name());
      this.spec = spec;
      this.tally = tally;
      this.next = next;
      this.inputs = inputs;
      this.deadline = deadline;
      setDaemon(true);
    }

    @Override
    public void run() {
      try (FuzzTarget target = spec.maker().get()) {
        Inputs made = new Inputs(spec.name(), target);
        for (byte[] warm : target.seeds()) {
          Trial.of(target, warm);
        }
        for (long from = block(); from < inputs; from = block()) {
          for (long i = from; i < Math.min(inputs, from + BLOCK); i++) {
            if (givenUp || System.nanoTime() > deadline) {
              return;
            }
            attempt(target, i, made.get(i));
          }
        }
      } catch (Throwable e) {
        failure = e;
      }
    }

    private long block() {
      return next.getAndAdd(BLOCK);
    }

    private void attempt(FuzzTarget target, long i, byte[] made) {
      number = i;
      input = made;
      startedNanos = System.nanoTime();
      Trial trial = Trial.of(target, made);
      startedNanos = 0;
      if (!givenUp) {
        tally.add(i, made, trial);
      }
    }

    boolean isStuck(Duration most) {
      long since = startedNanos;
      return since != 0 && System.nanoTime() - since > most.toNanos();
    }

    Fault stuckFault(Duration most) {
      StackTraceElement[] stack = getStackTrace();
      StringBuilder details = new StringBuilder();
      for (StackTraceElement frame : stack) {
        details.append("\tat ").append(frame).append('\n');
      }
      String what = "no end after " + most.toSeconds() + " seconds";
      return new Fault(Fault.Kind.SLOW, what, Fault.where(stack), details.toString());
    }

    void giveUp() {
      givenUp = true;
    }

    /** A target that cannot be made, or the like: a fault of the fuzzer's, not of a parser. */
    void rethrow() {
      if (failure != NONE) {
        throw new IllegalStateException("target " + spec.name() + " failed", failure);
      }
    }
  }

  private static final Throwable NONE =
      new Throwable("none", null, false, false) {
        private static final long serialVersionUID = 1L;
      };
}
