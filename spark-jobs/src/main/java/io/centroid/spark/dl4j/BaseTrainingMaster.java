package io.centroid.spark.dl4j;

import io.centroid.error.InputException;
import java.util.Collection;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingResult;
import org.jspecify.annotations.Nullable;

/**
 * Base class that implements the listeners of DL4J's TrainingMaster. Its other features, worker
 * statistics and hooks, are rejected with an exception instead of being ignored.
 */
abstract class BaseTrainingMaster
    implements TrainingMaster<
        ParameterAveragingTrainingResult, TrainingWorker<ParameterAveragingTrainingResult>> {
  private final RoundListeners listeners = new RoundListeners();

  final RoundListeners listeners() {
    return listeners;
  }

  /**
   * Sets the listeners, which are called on the driver after each round and at the start and end of
   * an epoch.
   */
  @Override
  public void setListeners(Collection<TrainingListener> wanted) {
    listeners.set(wanted);
  }

  /**
   * Sets the listeners.
   *
   * @throws InputException if a router is given: workers send no statistics
   */
  @Override
  public void setListeners(
      @Nullable StatsStorageRouter router, Collection<TrainingListener> wanted) {
    if (router != null) {
      throw new InputException(
          "CentroidTrainingMaster collects no statistics from workers: a StatsStorageRouter is not"
              + " supported");
    }
    listeners.set(wanted);
  }

  @Override
  public void setCollectTrainingStats(boolean collect) {
    if (collect) {
      throw new InputException(
          "CentroidTrainingMaster collects no training statistics; see Spark's web UI for round"
              + " times");
    }
  }

  @Override
  public boolean getIsCollectTrainingStats() {
    return false;
  }

  @Override
  public @Nullable SparkTrainingStats getTrainingStats() {
    return null;
  }

  @Override
  public void addHook(TrainingHook hook) {
    throw new InputException(
        "CentroidTrainingMaster calls no TrainingHooks: workers step by the network's own fit");
  }

  /** Does nothing: there are no hooks. */
  @Override
  public void removeHook(TrainingHook hook) {}

  @Override
  public TrainingWorker<ParameterAveragingTrainingResult> getWorkerInstance(
      SparkDl4jMultiLayer network) {
    throw noWorkers();
  }

  @Override
  public TrainingWorker<ParameterAveragingTrainingResult> getWorkerInstance(
      SparkComputationGraph graph) {
    throw noWorkers();
  }

  private static InputException noWorkers() {
    return new InputException(
        "CentroidTrainingMaster has no TrainingWorkers: it runs rounds as Spark jobs");
  }
}
