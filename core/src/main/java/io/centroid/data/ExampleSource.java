package io.centroid.data;

import java.io.Serializable;

/**
 * A data set that can be read shard by shard. {@link #schema} is called on the driver and reads
 * headers only; {@link #read} runs on executors, where each call reads the examples of one worker
 * and no others. Implementations are immutable and serializable, and hold no open file.
 *
 * <p>Which examples a worker gets depends on (seed, worker, workers) alone, and every example
 * belongs to exactly one worker.
 */
public interface ExampleSource extends Serializable {

  /**
   * What the headers tell about the data, without a pass over it.
   *
   * @throws io.centroid.InputException if a file is missing or its header is not what the format
   *     asks
   */
  SourceSchema schema(Split split);

  /**
   * The same data set for one training, whose readers alone share what it keeps of files that it
   * has decoded.
   */
  default ExampleSource unshared() {
    return this;
  }

  /** Whether there are examples of this split; those to train on are always there. */
  default boolean has(Split split) {
    return split == Split.TRAIN;
  }

  /** Where the examples lie, for messages: a file or folder. */
  default String place(Split split) {
    return "data";
  }

  /** What the key of an example is called in messages. */
  default String keyName() {
    return "record";
  }

  /**
   * Hands every example of the shard {@code worker} of {@code workers} to the sink, in file order.
   *
   * @throws io.centroid.InputException naming file, place, expected and found, if the data is
   *     damaged
   */
  void read(Split split, long seed, int worker, int workers, ExampleSink sink);
}
