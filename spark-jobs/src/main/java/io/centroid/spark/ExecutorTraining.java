package io.centroid.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Resources of a training run in one JVM, such as its replicas. As the value of a broadcast there
 * is one instance per training and executor, which all tasks of the training share. Spark closes
 * the instances (MemoryStore.freeMemoryEntry) when the broadcast is destroyed or garbage-collected
 * on the driver. It also closes them when an executor is short of memory; they are then created
 * again. Thread-safe.
 *
 * @param <E> type of the resources
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

  /** Creates the resources when the first task of a JVM needs them. */
  public interface Opening<E> extends Serializable {
    E open();
  }

  /** Returns this JVM's resources, created on first use. */
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
