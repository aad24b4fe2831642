package io.centroid.spark.dl4j;

import io.centroid.InputException;
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
 * What can be watched of rounds: their ends, on the driver. The rest of DL4J's contract, statistics
 * and hooks inside workers, is refused in one line instead of being ignored.
 */
abstract class WatchedRounds
    implements TrainingMaster<
        ParameterAveragingTrainingResult, TrainingWorker<ParameterAveragingTrainingResult>> {
  private final RoundListeners listeners = new RoundListeners();

  final RoundListeners listeners() {
    return listeners;
  }

  /** Called on the driver after each round, and at starts and ends of epochs. */
  @Override
  public void setListeners(Collection<TrainingListener> wanted) {
    listeners.set(wanted);
  }

  /**
   * As the other, without a router.
   *
   * @throws InputException if there is a router: workers send no statistics
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
          "CentroidTrainingMaster collects no training statistics; see Spark's own pages for the"
              + " times of rounds");
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

  /** There are none. */
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
    return new InputException("CentroidTrainingMaster has no TrainingWorkers: it runs rounds");
  }
}
