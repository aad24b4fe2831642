package io.centroid.spark.explain;

import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.Split;
import io.centroid.model.TextTokenizer;
import io.centroid.random.Seed;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads examples of a data set to explain them. A random sample is the examples with the smallest
 * hashes of seed and key, so it does not depend on the number of shards.
 *
 * @param tokenizer tokenizer of texts; null for other data
 */
public record ExampleReader(ExampleSource source, Split split, @Nullable TextTokenizer tokenizer) {
  /** Receives the examples of a shard in the order of the data. */
  public interface Receiver {
    /**
     * Receives one.
     *
     * @param index index in the shard, from 0
     * @param key position of the example in its source
     * @param example makes a copy of the example
     */
    void receive(long index, long key, Supplier<Example> example);
  }

  /** Receives the examples until it has enough. */
  public interface Taker {
    /**
     * As {@link Receiver#receive}.
     *
     * @return true to read no more
     */
    boolean take(long index, long key, Supplier<Example> example);
  }

  /** Stops reading once there are enough examples. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Enough() {
      super("enough", null, false, false);
    }
  }

  /** A row with the hash by which it is sampled. */
  record Sampled(long hash, float[] values) implements Serializable {}

  /** Name of the part of the data set, for people. */
  public String part() {
    return split.name().toLowerCase(Locale.ROOT);
  }

  /** Reads the whole data set in its order until the receiver has enough. */
  public void readUntil(Taker taker) {
    try {
      read(
          0,
          1,
          (index, key, example) -> {
            if (taker.take(index, key, example)) {
              throw new Enough();
            }
          });
    } catch (Enough enough) {
      // What follows is not read.
    }
  }

  /** Reads a shard. */
  public void read(int worker, int workers, Receiver receiver) {
    source.read(split, 0, worker, workers, new Sink(receiver));
  }

  /** The hash by which examples are sampled, from 0. */
  static long hash(long seed, long key) {
    return Seed.of(seed, Seed.Purpose.RESERVOIR, key) >>> 1;
  }

  /** The smallest hashes of a shard's examples, ascending. */
  long[] smallestHashes(int worker, int workers, long seed, int count) {
    PriorityQueue<Long> smallest = new PriorityQueue<>(Collections.reverseOrder());
    read(
        worker,
        workers,
        (index, key, example) -> {
          smallest.add(hash(seed, key));
          if (smallest.size() > count) {
            smallest.poll();
          }
        });
    return smallest.stream().mapToLong(Long::longValue).sorted().toArray();
  }

  /**
   * Rows of a random sample of the whole data set. It is another sample than that of {@link
   * #smallestHashes} with the same seed.
   *
   * @param count number of rows; fewer if the data set has fewer
   */
  public float[][] sample(long seed, int count) {
    return merged(List.of(sample(0, 1, seed, count)), count);
  }

  /** What of a shard may belong to {@link #sample(long, int)}. */
  List<Sampled> sample(int worker, int workers, long seed, int count) {
    long ownSeed = Seed.of(seed, Seed.Purpose.RESERVOIR);
    PriorityQueue<Sampled> smallest =
        new PriorityQueue<>(Comparator.comparingLong(Sampled::hash).reversed());
    read(
        worker,
        workers,
        (index, key, example) -> {
          long hash = hash(ownSeed, key);
          Sampled largest = smallest.peek();
          if (largest == null || smallest.size() < count || hash < largest.hash()) {
            smallest.add(new Sampled(hash, example.get().values()));
          }
          if (smallest.size() > count) {
            smallest.poll();
          }
        });
    return new ArrayList<>(smallest);
  }

  /** The rows with the smallest hashes of all shards, ascending. */
  static float[][] merged(List<List<Sampled>> shards, int count) {
    return shards.stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparingLong(Sampled::hash))
        .limit(count)
        .map(Sampled::values)
        .toArray(float[][]::new);
  }

  private final class Sink implements ExampleSink {
    private final Receiver receiver;
    private final int size = source.schema(split).shape().size();
    private long index;

    Sink(Receiver receiver) {
      this.receiver = receiver;
    }

    @Override
    public void image(long key, byte[] pixels, int offset, float target) {
      pass(
          key,
          name -> {
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
              values[i] = pixels[offset + i] & 0xff;
            }
            return new Example(name, key, values, "", target);
          });
    }

    @Override
    public void row(long key, float[] values, float target) {
      pass(key, name -> new Example(name, key, values.clone(), "", target));
    }

    @Override
    public void span(long key, boolean validation, int[] tokens, int length) {
      throw new IllegalStateException("a corpus has no examples to explain");
    }

    @Override
    public void text(long key, int[] tokens, int length, float target) {
      pass(
          key,
          name ->
              new Example(
                  name,
                  key,
                  new float[0],
                  tokenizer == null
                      ? ""
                      : tokenizer.tokenizer().decode(Arrays.copyOf(tokens, length)),
                  target));
    }

    private void pass(long key, Function<String, Example> example) {
      boolean isNumber = source.keyName().equals("record");
      String name = part() + (isNumber ? " " : ", " + source.keyName() + " ") + key;
      receiver.receive(index++, key, () -> example.apply(name));
    }
  }
}
