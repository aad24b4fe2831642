package io.centroid.spark;

import io.centroid.optim.InnerState;
import io.centroid.spark.internal.BroadcastBlocks;
import io.centroid.train.worker.SlicedState;
import io.centroid.train.worker.Slicing;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * The state at the start of a round, published to all tasks. Executors fetch it as {@link
 * BroadcastBlocks}; in local mode tasks read the driver's own arrays, which they never modify.
 */
final class RoundStart extends Broadcast<SlicedState> {
  private static final long serialVersionUID = 1L;
  private static final String PARAMETERS = "parameters";
  private static final long NONE_SHARED = -1;

  /** States of local mode, whose tasks run in this JVM. */
  private static final Map<Long, SlicedState> HERE = new ConcurrentHashMap<>();

  private final Slicing slicing;
  private final int moments;
  private final long steps;

  private RoundStart(long id, Slicing slicing, @Nullable InnerState shared) {
    super(id, Jobs.anyTag());
    this.slicing = slicing;
    this.moments = shared == null ? 0 : shared.moments().size();
    this.steps = shared == null ? NONE_SHARED : shared.steps();
  }

  /**
   * Publishes a state; destroying the broadcast removes it.
   *
   * @param isKept whether the state is kept for replays in later rounds: a large one must be
   *     something that Spark can move to disk
   */
  static RoundStart publish(
      SparkContext spark,
      Slicing slicing,
      float[] parameters,
      @Nullable InnerState shared,
      boolean isKept) {
    BroadcastBlocks blocks = BroadcastBlocks.create();
    RoundStart start = new RoundStart(blocks.id(), slicing, shared);
    if (spark.isLocal() && (!isKept || slicing.count() == 1)) {
      HERE.put(start.id(), new SlicedState.InMemory(slicing, parameters, shared));
      return start;
    }
    boolean complete = false;
    try {
      blocks.publish(PARAMETERS, parameters);
      List<float[]> vectors = shared == null ? List.of() : shared.moments();
      for (int i = 0; i < vectors.size(); i++) {
        blocks.publish(moment(i), vectors.get(i));
      }
      complete = true;
      return start;
    } finally {
      if (!complete) {
        start.destroy();
      }
    }
  }

  private static String moment(int number) {
    return "moment" + number;
  }

  /** Number of bytes sent to each executor. */
  long bytes() {
    return (long) Float.BYTES * slicing.parameters() * (1 + moments);
  }

  @Override
  public SlicedState getValue() {
    SlicedState here = HERE.get(id());
    return here == null ? new Fetched(new BroadcastBlocks(id())) : here;
  }

  @Override
  public void doUnpersist(boolean blocking) {
    if (!HERE.containsKey(id())) {
      new BroadcastBlocks(id()).remove(false, blocking);
    }
  }

  @Override
  public void doDestroy(boolean blocking) {
    if (HERE.remove(id()) == null) {
      new BroadcastBlocks(id()).remove(true, blocking);
    }
  }

  /**
   * Parameters that have been published to be evaluated, until the next round starts: most often
   * from these, and then they are not sent again.
   */
  static final class Evaluated {
    private @Nullable RoundStart published;
    private float @Nullable [] parameters;

    /** Publishes parameters, unless they are those of the last evaluation. */
    RoundStart publish(SparkContext spark, Slicing slicing, float[] wanted) {
      RoundStart found = take(wanted);
      RoundStart start =
          found == null ? RoundStart.publish(spark, slicing, wanted, null, false) : found;
      published = start;
      parameters = wanted;
      return start;
    }

    /** Hands over the published parameters if they are this array; otherwise destroys them. */
    @Nullable RoundStart take(float @Nullable [] wanted) {
      RoundStart taken = published;
      boolean isWanted = parameters == wanted;
      published = null;
      parameters = null;
      if (taken == null || isWanted) {
        return taken;
      }
      taken.destroy();
      return null;
    }
  }

  /** The state in a task on an executor, read slice by slice. */
  private final class Fetched implements SlicedState {
    private final BroadcastBlocks blocks;

    Fetched(BroadcastBlocks blocks) {
      this.blocks = blocks;
    }

    @Override
    public Slicing slicing() {
      return slicing;
    }

    /** Slices in the order of this executor; the next one is fetched while one is loaded. */
    @Override
    public IntStream order() {
      int[] order = BroadcastBlocks.order(slicing.count()).toArray();
      return IntStream.range(0, order.length)
          .map(
              i -> {
                if (i + 1 < order.length) {
                  prefetch(order[i + 1]);
                }
                return order[i];
              });
    }

    private void prefetch(int slice) {
      blocks.prefetch(PARAMETERS, slicing.from(slice), slicing.to(slice));
      for (int i = 0; i < moments; i++) {
        blocks.prefetch(moment(i), slicing.from(slice), slicing.to(slice));
      }
    }

    @Override
    public float[] parameters(int slice) {
      return read(PARAMETERS, slice);
    }

    @Override
    public @Nullable InnerState shared(int slice) {
      List<float[]> read =
          IntStream.range(0, moments).mapToObj(i -> read(moment(i), slice)).toList();
      return steps == NONE_SHARED ? null : new InnerState(steps, read);
    }

    private float[] read(String name, int slice) {
      return blocks.read(name, slicing.from(slice), slicing.to(slice));
    }
  }
}
