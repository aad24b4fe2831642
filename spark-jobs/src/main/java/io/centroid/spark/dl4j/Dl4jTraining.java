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
 * Local training of DL4J networks.
 *
 * @param replicas pool of networks per JVM
 * @param source configuration of the network
 * @param seed random seed of a training step, for example for dropout
 */
record Dl4jTraining(
    Broadcast<ExecutorTraining<ReplicaPool<NetworkSource, NetworkReplica>>> replicas,
    NetworkSource source,
    long seed)
    implements LocalTraining<Minibatches> {

  /** Broadcasts a pool of networks per JVM, shared by all trainings. */
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
