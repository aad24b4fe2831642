package io.centroid.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.centroid.averaging.codec.RawFloats;
import io.centroid.optim.InnerState;
import io.centroid.spark.internal.BroadcastBlocks;
import io.centroid.train.worker.SlicedState;
import io.centroid.train.worker.Slicing;
import java.io.Serializable;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/** The state at the start of a round, broadcast to all tasks. */
sealed interface RoundStart extends Serializable {

  /** Number of bytes sent to each executor. */
  long bytes();

  /**
   * Opens the state in a task.
   *
   * @param broadcast id of the broadcast of this value
   */
  SlicedState open(long broadcast);

  /** Broadcasts a state to the tasks; destroying the broadcast removes it. */
  static Broadcast<RoundStart> publish(
      JavaSparkContext spark, Slicing slicing, float[] parameters, @Nullable InnerState shared) {
    if (slicing.count() == 1) {
      return spark.broadcast(new Whole(parameters, shared));
    }
    Broadcast<RoundStart> start =
        spark.broadcast(
            new Sliced(
                slicing,
                shared == null ? 0 : shared.moments().size(),
                shared == null ? NONE_SHARED : shared.steps()));
    BroadcastBlocks blocks = new BroadcastBlocks(start.id());
    boolean complete = false;
    try {
      for (int slice = 0; slice < slicing.count(); slice++) {
        publish(blocks, PARAMETERS, slice, slicing, parameters);
        for (int i = 0; shared != null && i < shared.moments().size(); i++) {
          publish(blocks, MOMENT + i + "_", slice, slicing, shared.moments().get(i));
        }
      }
      complete = true;
      return start;
    } finally {
      if (!complete) {
        start.destroy();
      }
    }
  }

  private static void publish(
      BroadcastBlocks blocks, String name, int slice, Slicing slicing, float[] values) {
    blocks.publish(name + slice, values, slicing.from(slice), slicing.to(slice));
  }

  String PARAMETERS = "parameters";
  String MOMENT = "moment";
  long NONE_SHARED = -1;

  /** State of a small model, serialized inside the broadcast. */
  @DefaultSerializer(JavaSerializer.class)
  record Whole(float[] parameters, @Nullable InnerState shared) implements RoundStart {

    @Override
    public long bytes() {
      return (long) Float.BYTES * parameters.length + (shared == null ? 0 : shared.bytes());
    }

    @Override
    public SlicedState open(long broadcast) {
      return new SlicedState.Unsliced(parameters, shared);
    }

    private Object writeReplace() {
      return new Serialized(RawFloats.of(parameters), shared);
    }

    private record Serialized(RawFloats parameters, @Nullable InnerState shared)
        implements Serializable {
      private Object readResolve() {
        return new Whole(parameters.values(), shared);
      }
    }
  }

  /**
   * State of a large model. Its slices are separate blocks, which a task reads one by one into its
   * replica.
   *
   * @param moments number of moment vectors of the shared optimizer state
   * @param steps step count of the shared optimizer state; -1 if none is shared
   */
  @DefaultSerializer(JavaSerializer.class)
  record Sliced(Slicing slicing, int moments, long steps) implements RoundStart {

    @Override
    public long bytes() {
      return (long) Float.BYTES * slicing.parameters() * (1 + moments);
    }

    @Override
    public SlicedState open(long broadcast) {
      BroadcastBlocks blocks = new BroadcastBlocks(broadcast);
      return new SlicedState() {
        @Override
        public Slicing slicing() {
          return slicing;
        }

        @Override
        public float[] parameters(int slice) {
          return read(PARAMETERS, slice);
        }

        @Override
        public @Nullable InnerState shared(int slice) {
          return steps == NONE_SHARED
              ? null
              : new InnerState(
                  steps,
                  IntStream.range(0, moments)
                      .mapToObj(i -> read(MOMENT + i + "_", slice))
                      .toList());
        }

        private float[] read(String name, int slice) {
          return blocks.read(name + slice, slicing.to(slice) - slicing.from(slice));
        }
      };
    }
  }
}
