package io.centroid.data;

import java.io.Serializable;

/**
 * A data set that is read shard by shard. {@link #schema} runs on the driver and reads only
 * headers; {@link #read} runs on executors and reads the examples of one worker. Implementations
 * are immutable, serializable, and hold no open file.
 *
 * <p>The assignment of examples to workers depends only on (seed, worker, workers), and every
 * example belongs to exactly one worker.
 */
public interface ExampleSource extends Serializable {

  /**
   * The schema of a split from the file headers, without a pass over the data.
   *
   * @throws io.centroid.error.InputException if a file is missing or its header is invalid
   */
  SourceSchema schema(Split split);

  /** The same data set with its own cache of decoded files, for one training run. */
  default ExampleSource withOwnCache() {
    return this;
  }

  /** Whether there are examples of this split; those to train on are always there. */
  default boolean has(Split split) {
    return split == Split.TRAIN;
  }

  /** Location of the examples for messages: a file or folder. */
  default String place(Split split) {
    return "data";
  }

  /** Name of an example's key in messages. */
  default String keyName() {
    return "record";
  }

  /** Location of one example for messages. */
  default String place(Split split, long key) {
    return place(split) + ": " + keyName() + " " + key;
  }

  /**
   * Reads every example of the shard {@code worker} of {@code workers} into the sink, in file
   * order.
   *
   * @throws io.centroid.error.InputException if the data is damaged
   */
  void read(Split split, long seed, int worker, int workers, ExampleSink sink);
}
