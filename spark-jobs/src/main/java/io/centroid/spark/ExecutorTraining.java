package io.centroid.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A training on each JVM of a cluster: broadcast once, so that the tasks of a training share one
 * instance in an executor, and those of two trainings never do. Spark closes the instances
 * (MemoryStore.freeMemoryEntry) when the broadcast is destroyed or the driver has let go of it.
 * Where an executor is short of memory it closes them too, which costs the replicas' construction
 * and nothing else. Thread-safe.
 *
 * @param <E> what a training holds in a JVM
 */
@DefaultSerializer(JavaSerializer.class)
public final class ExecutorTraining<E extends AutoCloseable>
    implements Serializable, AutoCloseable {
  private static final long serialVersionUID = 1L;

  private final Opening<E> opening;
  private transient @Nullable E execution;

  public ExecutorTraining(Opening<E> opening) {
    this.opening = opening;
  }

  /** Makes what a JVM holds, when its first task asks for it. */
  public interface Opening<E> extends Serializable {
    E open();
  }

  /** What the training holds in this JVM. */
  public synchronized E execution() {
    E made = execution;
    if (made == null) {
      made = opening.open();
      execution = made;
    }
    return made;
  }

  @Override
  public synchronized void close() throws Exception {
    if (execution != null) {
      execution.close();
      execution = null;
    }
  }
}
