package io.centroid.spark;

import io.centroid.spark.internal.JobProperties;
import io.centroid.spark.session.SparkFailure;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ObjIntConsumer;
import org.apache.spark.Dependency;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Runs Spark jobs over RDDs of one element per partition, directly by {@code SparkContext.runJob}.
 * A job takes half the time of {@code JavaRDD.collect}, because elements are not wrapped in
 * iterators, arrays and lists and results are handled as they arrive. Results use Java
 * serialization, regardless of the application's serializer; in local mode, whose tasks run in this
 * JVM, they are handed over as they are.
 */
public final class Jobs {
  private static final AtomicLong NUMBERS = new AtomicLong();

  /** Results by partition of each running job of local mode. */
  private static final Map<Long, Map<Integer, Object>> HERE = new ConcurrentHashMap<>();

  private Jobs() {}

  /** Computes a task's result from the element of its partition. */
  public interface Extract<T, U> extends Serializable {
    U of(T element);
  }

  /**
   * Runs a job. The consumer gets each result with its partition number, one at a time, on the
   * event loop of Spark's DAG scheduler, which it must not block. It must not change the result,
   * which may be part of a persisted element.
   */
  public static <T, U> void run(RDD<T> rdd, Extract<T, U> extract, ObjIntConsumer<U> consumer) {
    run("task", rdd, extract, consumer);
  }

  /**
   * Runs a job whose tasks have a name in messages.
   *
   * @param task name of a task in messages, such as "worker"
   */
  static <T, U> void run(
      String task, RDD<T> rdd, Extract<T, U> extract, ObjIntConsumer<U> consumer) {
    long number = NUMBERS.incrementAndGet();
    if (rdd.sparkContext().isLocal()) {
      HERE.put(number, new ConcurrentHashMap<>());
    }
    try {
      SparkFailure.unwrapped(
          task,
          // Interrupts the tasks of a failed or canceled job to free its cores.
          () ->
              JobProperties.interruptible(
                  rdd.sparkContext(),
                  () -> {
                    rdd.sparkContext()
                        .runJob(
                            rdd,
                            new First<>(number, extract),
                            new Handler<>(number, consumer),
                            Jobs.<JavaSerialized<U>>anyTag());
                    return null;
                  }));
    } finally {
      HERE.remove(number);
    }
  }

  /** Runs a job and returns the results of all partitions in partition order. */
  public static <T, U> List<U> results(String task, RDD<T> rdd, Extract<T, U> extract) {
    List<U> results = new ArrayList<>(Collections.nCopies(rdd.getNumPartitions(), null));
    run(task, rdd, extract, (result, partition) -> results.set(partition, result));
    return results;
  }

  /** A class tag of any type: no arrays of results are created. */
  @SuppressWarnings("unchecked")
  static <T> ClassTag<T> anyTag() {
    return (ClassTag<T>) ClassTag$.MODULE$.apply(Object.class);
  }

  static <T> Iterator<T> one(T element) {
    return JavaConverters.asScalaIterator(List.of(element).iterator());
  }

  static Seq<Dependency<?>> dependencies(List<Dependency<?>> dependencies) {
    return JavaConverters.asScalaBuffer(dependencies);
  }

  /** Returns the result of a partition, or null if the driver has it already. */
  private static final class First<T, U>
      extends AbstractFunction2<TaskContext, Iterator<T>, @Nullable JavaSerialized<U>>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final long number;
    private final Extract<T, U> extract;

    First(long number, Extract<T, U> extract) {
      this.number = number;
      this.extract = extract;
    }

    @Override
    public @Nullable JavaSerialized<U> apply(TaskContext context, Iterator<T> partition) {
      U result = extract.of(partition.next());
      Map<Integer, Object> here = HERE.get(number);
      if (here == null) {
        return new JavaSerialized<>(result);
      }
      here.put(context.partitionId(), result);
      return null;
    }
  }

  private static final class Handler<U>
      extends AbstractFunction2<Object, @Nullable JavaSerialized<U>, BoxedUnit> {
    private final long number;
    private final ObjIntConsumer<U> consumer;

    Handler(long number, ObjIntConsumer<U> consumer) {
      this.number = number;
      this.consumer = consumer;
    }

    @Override
    public BoxedUnit apply(Object partition, @Nullable JavaSerialized<U> sent) {
      consumer.accept(sent == null ? here((Integer) partition) : sent.value(), (Integer) partition);
      return BoxedUnit.UNIT;
    }

    @SuppressWarnings("unchecked")
    private U here(int partition) {
      return (U) Objects.requireNonNull(HERE.getOrDefault(number, Map.of()).remove(partition));
    }
  }
}
