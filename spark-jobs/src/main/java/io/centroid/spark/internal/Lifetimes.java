package io.centroid.spark.internal;

import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;

/** Ends of broadcasts and lineages that Spark's public methods cannot bring about. */
public final class Lifetimes {
  private Lifetimes() {}

  /**
   * Destroys a broadcast.
   *
   * @param blocking returns when the executors have dropped it
   */
  public static void destroy(Broadcast<?> broadcast, boolean blocking) {
    broadcast.destroy(blocking);
  }

  /**
   * Makes an RDD forget its dependencies, as a checkpoint does; it must be able to do without.
   * Overriding {@code getDependencies} alone would keep those that the constructor was given.
   */
  public static void forgetDependencies(RDD<?> rdd) {
    rdd.markCheckpointed();
  }
}
