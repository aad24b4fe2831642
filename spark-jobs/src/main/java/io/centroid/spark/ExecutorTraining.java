package io.centroid.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.centroid.train.worker.ShardSpec;
import io.centroid.train.worker.WorkerExecution;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A training on each JVM of a cluster: broadcast once, so that the tasks of a training share one
 * instance in an executor, and those of two trainings never do. Spark closes the instances
 * (MemoryStore.freeMemoryEntry) when the broadcast is destroyed or the driver has let go of it.
 * Where an executor is short of memory it closes them too, which costs the replicas' construction
 * and nothing else. Thread-safe.
 */
@DefaultSerializer(JavaSerializer.class)
final class ExecutorTraining implements Serializable, AutoCloseable {
  private static final long serialVersionUID = 1L;

  private final ShardSpec shards;
  private transient @Nullable WorkerExecution execution;

  ExecutorTraining(ShardSpec shards) {
    this.shards = shards;
  }

  /** What the training holds in this JVM. */
  synchronized WorkerExecution execution() {
    WorkerExecution made = execution;
    if (made == null) {
      made = new WorkerExecution(shards);
      execution = made;
    }
    return made;
  }

  @Override
  public synchronized void close() {
    if (execution != null) {
      execution.close();
      execution = null;
    }
  }
}
