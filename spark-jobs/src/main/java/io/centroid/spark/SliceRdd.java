package io.centroid.spark;

import io.centroid.averaging.OuterStep;
import io.centroid.averaging.SumOfSquares;
import io.centroid.averaging.WeightedMean;
import io.centroid.averaging.codec.Codec;
import io.centroid.optim.InnerState;
import io.centroid.train.worker.Slicing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.spark.Dependency;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;
import scala.collection.Iterator;

/**
 * The slices of the parameters after a round, one partition per slice. Each partition aggregates
 * its slice of every worker's delta from the shuffle, in worker order, and applies the outer step.
 * If the outer optimizer has state, the RDD of the previous round is a parent, and both are
 * persisted.
 */
final class SliceRdd extends LineageRdd<SliceResult> {
  private static final long serialVersionUID = 1L;

  private final Aggregation aggregation;
  private @Nullable RDD<Tuple2<Integer, SlicePart>> parts;
  private @Nullable LineageRdd<SliceResult> previous;
  private @Nullable RoundStart start;

  /** Settings of the aggregation in a round. */
  record Aggregation(long round, Slicing slicing, Codec codec, OuterStep outerStep)
      implements java.io.Serializable {}

  SliceRdd(
      Aggregation aggregation,
      RDD<Tuple2<Integer, SlicePart>> parts,
      @Nullable LineageRdd<SliceResult> previous,
      RoundStart start) {
    super(parts.sparkContext(), parents(parts, previous));
    setName("slices of the parameters after round " + aggregation.round);
    this.aggregation = aggregation;
    this.parts = parts;
    this.previous = previous;
    this.start = start;
  }

  private static List<Dependency<?>> parents(
      RDD<Tuple2<Integer, SlicePart>> parts, @Nullable LineageRdd<SliceResult> previous) {
    Dependency<?> part = new OneToOneDependency<>(parts);
    return previous == null ? List.of(part) : List.of(part, new OneToOneDependency<>(previous));
  }

  @Override
  protected SliceResult computeElement(Partition partition, TaskContext context) {
    List<SlicePart> received = received(partition, context);
    int from = aggregation.slicing.from(partition.index());
    int to = aggregation.slicing.to(partition.index());
    RoundStart began = Objects.requireNonNull(start, "the lineage is truncated");
    float[] parameters = began.value().parameters(partition.index());
    List<float[]> outer =
        previous == null ? List.of() : previous.iterator(partition, context).next().outer();
    float[] mean = mean(received, to - from);
    // Before the outer step, which may change the mean.
    double squares = SumOfSquares.add(0, mean, mean.length);
    OuterStep.Moved moved =
        aggregation
            .outerStep
            .step(aggregation.round, from, parameters, mean, outer)
            .checked(aggregation.outerStep, to - from);
    return new SliceResult(
        Codec.of(Codec.Name.NONE, 0).encode(moved.parameters(), 0, to - from),
        moved.state(),
        shared(received),
        partition.index() == 0 ? received.stream().map(SlicePart::report).toList() : List.of(),
        squares,
        received.stream().mapToLong(SlicePart::bytes).sum());
  }

  private List<SlicePart> received(Partition partition, TaskContext context) {
    List<SlicePart> received = new ArrayList<>();
    Iterator<Tuple2<Integer, SlicePart>> incoming =
        Objects.requireNonNull(parts, "the lineage is truncated").iterator(partition, context);
    while (incoming.hasNext()) {
      received.add(incoming.next()._2());
    }
    received.sort(Comparator.comparingInt(part -> part.report().worker()));
    return received;
  }

  private float[] mean(List<SlicePart> received, int length) {
    List<SlicePart> trained =
        received.stream()
            .filter(part -> part.report().examples() > 0 && part.report().isFinite())
            .toList();
    float[] mean = new float[length];
    WeightedMean.ofPayloads(
        aggregation.codec,
        trained.stream().map(SlicePart::payload).toList(),
        trained.stream().map(part -> part.report().examples()).toList(),
        mean,
        0,
        length);
    return mean;
  }

  private static @Nullable InnerState shared(List<SlicePart> received) {
    List<InnerState> states = new ArrayList<>();
    List<Long> examples = new ArrayList<>();
    for (SlicePart part : received) {
      InnerState state = part.shared();
      if (state != null) {
        states.add(state);
        examples.add(part.report().examples());
      }
    }
    return states.isEmpty() ? null : InnerState.mean(states, examples);
  }

  @Override
  protected void forgetParents() {
    parts = null;
    previous = null;
    start = null;
  }

  @Override
  protected Partition[] parentPartitions() {
    return Objects.requireNonNull(parts, "the lineage is truncated").partitions();
  }
}
