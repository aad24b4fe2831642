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
 * Runs Spark jobs over RDDs of one element per partition, directly by {@code SparkContext.runJob}.
 * A job takes half the time of {@code JavaRDD.collect}, because elements are not wrapped in
 * iterators, arrays and lists and results are handled as they arrive. Results use Java
 * serialization, regardless of the application's serializer.
 */
public final class Jobs {
  private Jobs() {}

  /** Computes a task's result from the element of its partition. */
  public interface Extract<T, U> extends Serializable {
    U of(T element);
  }

  /**
   * Runs a job. The consumer gets each result with its partition number, one at a time, on the
   * event loop of Spark's DAG scheduler, which it must not block.
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
                          new First<>(extract),
                          new Handler<>(consumer),
                          Jobs.<JavaSerialized<U>>anyTag());
                  return null;
                }));
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
