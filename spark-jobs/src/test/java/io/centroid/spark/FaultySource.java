package io.centroid.spark;

import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A source of rows with four features and their weighted sum that injects faults into one worker's
 * shard. Faults are counted by marker files, across processes.
 *
 * @param trouble kind of fault
 * @param worker number of the faulty worker
 * @param folder folder of the marker files
 * @param times number of faulty reads
 */
record FaultySource(Trouble trouble, int worker, String folder, int times)
    implements ExampleSource {
  static final int ROWS = 24;

  enum Trouble {
    NONE,
    /** Targets ten thousand times too large. */
    FAR_TARGETS,
    /** NaN targets. */
    NO_NUMBER,
    /** One record cannot be read. */
    FAILS,
    /** Waits until interrupted. */
    HANGS,
    /** Ignores interrupts; waits until the file {@code release} exists. */
    DEAF,
    /** Throws an OutOfMemoryError. */
    OUT_OF_MEMORY
  }

  static FaultySource sound() {
    return new FaultySource(Trouble.NONE, 0, "", 0);
  }

  @Override
  public String place(Split split) {
    return "/data/rows.csv";
  }

  @Override
  public SourceSchema schema(Split split) {
    return new SourceSchema(
        InputShape.row(4), SourceSchema.FeatureKind.NUMBERS, OptionalLong.empty(), true);
  }

  @Override
  public void read(Split split, long seed, int reader, int workers, ExampleSink sink) {
    boolean troubled = reader == worker && trouble != Trouble.NONE && claim();
    SplittableRandom random = new SplittableRandom(100 + reader);
    float[] row = new float[4];
    for (int i = 0; i < ROWS; i++) {
      long key = (long) i * workers + reader;
      if (troubled && i == ROWS / 2) {
        suffer(key);
      }
      float target = 0;
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) (random.nextDouble() * 2 - 1);
        target += (j - 1.5f) * row[j];
      }
      sink.row(key, row, troubled ? bent(target) : target);
    }
  }

  private float bent(float target) {
    return switch (trouble) {
      case FAR_TARGETS -> target * 10_000;
      case NO_NUMBER -> Float.NaN;
      default -> target;
    };
  }

  private void suffer(long key) {
    switch (trouble) {
      case FAILS -> throw new IllegalStateException("record " + key + " is odd\n(more of it)");
      case HANGS -> {
        while (!Thread.currentThread().isInterrupted()) {
          LockSupport.parkNanos(20_000_000);
        }
        throw new IllegalStateException("interrupted");
      }
      case DEAF -> {
        while (!Files.exists(Path.of(folder, "release"))) {
          boolean interrupted = Thread.interrupted(); // clears the flag, or park would not wait
          LockSupport.parkNanos(20_000_000);
          if (interrupted) {
            touch("interrupted");
          }
        }
        touch("woken");
      }
      case OUT_OF_MEMORY -> throw new OutOfMemoryError("Java heap space");
      default -> {}
    }
  }

  /** True if this read is faulty. */
  private boolean claim() {
    if (times == Integer.MAX_VALUE) {
      return true;
    }
    for (int i = 0; i < times; i++) {
      if (touch("claim-" + i)) {
        return true;
      }
    }
    return false;
  }

  private boolean touch(String name) {
    try {
      Files.createFile(Path.of(folder, name));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
