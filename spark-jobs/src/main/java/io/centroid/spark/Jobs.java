package io.centroid.spark;

import io.centroid.spark.internal.JobProperties;
import io.centroid.spark.session.SparkFailure;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.apache.spark.Dependency;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Spark jobs over RDDs of one element a partition, by {@code SparkContext.runJob} itself. Without
 * the iterators, arrays and lists that {@code JavaRDD.collect} puts around each element, and with
 * results handed over as they come, a job costs half of what {@code collect} takes. Results travel
 * by Java serialization whatever the application's serializer is.
 */
public final class Jobs {
  private Jobs() {}

  /** What a task makes of its partition's element and sends to the driver. */
  public interface Extract<T, U> extends Serializable {
    U of(T element);
  }

  /**
   * Runs a job; the consumer gets each partition's result with its number, one at a time, on the
   * thread that schedules all of Spark's jobs: it must not take long.
   */
  public static <T, U> void run(RDD<T> rdd, Extract<T, U> extract, ObjIntConsumer<U> consumer) {
    run("task", rdd, extract, consumer);
  }

  /**
   * The same.
   *
   * @param task what a task stands for in messages, such as a worker
   */
  static <T, U> void run(
      String task, RDD<T> rdd, Extract<T, U> extract, ObjIntConsumer<U> consumer) {
    SparkFailure.unwrapped(
        task,
        // A job that failed or was ended needs its cores no longer: its tasks look for interrupts.
        () ->
            JobProperties.interruptible(
                rdd.sparkContext(),
                () -> {
                  rdd.sparkContext()
                      .runJob(
                          rdd,
                          new First<>(extract),
                          new Handler<>(consumer),
                          Jobs.<JavaSerialized<U>>anyTag());
                  return null;
                }));
  }

  /** Runs a job and returns the results of all partitions, in their order. */
  static <T, U> List<U> results(String task, RDD<T> rdd, Extract<T, U> extract) {
    List<U> results = new ArrayList<>(Collections.nCopies(rdd.getNumPartitions(), null));
    run(task, rdd, extract, (result, partition) -> results.set(partition, result));
    return results;
  }

  /** Every class is as good: arrays of results are never made. */
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

  private static final class First<T, U>
      extends AbstractFunction2<TaskContext, Iterator<T>, JavaSerialized<U>>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Extract<T, U> extract;

    First(Extract<T, U> extract) {
      this.extract = extract;
    }

    @Override
    public JavaSerialized<U> apply(TaskContext context, Iterator<T> partition) {
      return new JavaSerialized<>(extract.of(partition.next()));
    }
  }

  private static final class Handler<U>
      extends AbstractFunction2<Object, JavaSerialized<U>, BoxedUnit> {
    private final ObjIntConsumer<U> consumer;

    Handler(ObjIntConsumer<U> consumer) {
      this.consumer = consumer;
    }

    @Override
    public BoxedUnit apply(Object partition, JavaSerialized<U> result) {
      consumer.accept(result.value(), (Integer) partition);
      return BoxedUnit.UNIT;
    }
  }
}
