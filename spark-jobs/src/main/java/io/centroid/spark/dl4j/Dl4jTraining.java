package io.centroid.spark.dl4j;

import io.centroid.spark.ExecutorTraining;
import io.centroid.spark.LocalTraining;
import io.centroid.train.worker.ReplicaPool;
import io.centroid.train.worker.SlicedState;
import io.centroid.train.worker.WorkerExecution;
import io.centroid.train.worker.WorkerResult;
import io.centroid.train.worker.WorkerState;
import io.centroid.train.worker.WorkerTask;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Local steps of DL4J's own networks.
 *
 * @param seed of all that is random in a step, such as dropout
 */
record Dl4jTraining(
    Broadcast<ExecutorTraining<ReplicaPool<NetworkSource, NetworkReplica>>> replicas,
    NetworkSource source,
    long seed)
    implements LocalTraining<Minibatches> {

  /** The networks of each JVM, for any number of trainings. */
  static Broadcast<ExecutorTraining<ReplicaPool<NetworkSource, NetworkReplica>>> replicas(
      JavaSparkContext spark) {
    return spark.broadcast(
        new ExecutorTraining<>(() -> new ReplicaPool<>(NetworkReplica::of, NetworkReplica::close)));
  }

  @Override
  public WorkerResult train(
      WorkerTask task, int worker, Minibatches shard, SlicedState start, WorkerState memory) {
    return WorkerExecution.wrapFailures(
        worker,
        "training",
        () ->
            replicas
                .value()
                .execution()
                .call(
                    source,
                    replica ->
                        task.run(
                            worker,
                            new Dl4jTrainer(replica, task, worker, shard, seed),
                            start,
                            memory)));
  }
}
