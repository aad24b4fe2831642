package io.centroid.spark;

import java.io.Serializable;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.apache.spark.Dependency;
import org.apache.spark.SparkContext;
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
 * Spark jobs over RDDs of one element a partition, written against Spark's Scala interface: without
 * closures to clean and with results handed over as they come, a job costs half of what {@code
 * JavaRDD.collect} takes.
 */
public final class Jobs {
  private static final String INTERRUPT = "spark.job.interruptOnCancel";

  private Jobs() {}

  /** What a task makes of its partition's element and sends to the driver. */
  public interface Extract<T, U> extends Serializable {
    U of(T element);
  }

  /** Runs a job; the consumer gets each partition's result with its number, one at a time. */
  public static <T, U> void run(RDD<T> rdd, Extract<T, U> extract, ObjIntConsumer<U> consumer) {
    SparkContext context = rdd.sparkContext();
    String before = context.getLocalProperty(INTERRUPT);
    // A job that failed or was ended needs its cores no longer: its tasks look for interrupts.
    context.setInterruptOnCancel(true);
    try {
      SparkFailure.unwrapped(
          rdd instanceof RoundRdd ? "worker" : "task",
          () -> {
            context.runJob(rdd, new First<>(extract), new Handler<>(consumer), Jobs.<U>anyTag());
            return null;
          });
    } finally {
      context.setLocalProperty(INTERRUPT, before);
    }
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

  private static final class First<T, U> extends AbstractFunction2<TaskContext, Iterator<T>, U>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Extract<T, U> extract;

    First(Extract<T, U> extract) {
      this.extract = extract;
    }

    @Override
    public U apply(TaskContext context, Iterator<T> partition) {
      return extract.of(partition.next());
    }
  }

  private static final class Handler<U> extends AbstractFunction2<Object, U, BoxedUnit> {
    private final ObjIntConsumer<U> consumer;

    Handler(ObjIntConsumer<U> consumer) {
      this.consumer = consumer;
    }

    @Override
    public BoxedUnit apply(Object partition, U result) {
      consumer.accept(result, (Integer) partition);
      return BoxedUnit.UNIT;
    }
  }
}
