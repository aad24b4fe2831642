package io.centroid.spark.internal;

import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag$;

/** An RDD whose partitions prefer one executor each. */
public final class LocatedRdd {
  private LocatedRdd() {}

  /** One partition per executor, which prefers it. */
  public static RDD<ActiveExecutor> of(SparkContext context, List<ActiveExecutor> executors) {
    Seq<Tuple2<ActiveExecutor, Seq<String>>> located =
        JavaConverters.asScalaBuffer(
            executors.stream()
                .map(
                    executor ->
                        new Tuple2<>(
                            executor,
                            (Seq<String>)
                                JavaConverters.asScalaBuffer(List.of(executor.location()))))
                .toList());
    return context.makeRDD(located, ClassTag$.MODULE$.apply(ActiveExecutor.class));
  }
}
