package io.centroid.spark.internal;

import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;

/** Releases broadcasts and RDD dependencies by Spark's private API. */
public final class Lifetimes {
  private Lifetimes() {}

  /**
   * Destroys a broadcast.
   *
   * @param blocking true waits until the executors have removed it
   */
  public static void destroy(Broadcast<?> broadcast, boolean blocking) {
    broadcast.destroy(blocking);
  }

  /**
   * Clears the dependencies of an RDD, as a checkpoint does; the RDD must be computable without
   * them. Overriding {@code getDependencies} alone would keep those passed to the constructor.
   */
  public static void forgetDependencies(RDD<?> rdd) {
    rdd.markCheckpointed();
  }
}
