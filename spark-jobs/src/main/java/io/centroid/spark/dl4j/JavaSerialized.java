package io.centroid.spark.dl4j;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoSerializable;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * Travels by Java's serialization whichever serializer the application gave Spark: Spark's Kryo
 * cannot read records, and knows nothing of memory outside the heap.
 */
final class JavaSerialized<T> implements Serializable, KryoSerializable {
  private static final long serialVersionUID = 1L;

  private T value;

  JavaSerialized(T value) {
    this.value = value;
  }

  T value() {
    return value;
  }

  @Override
  public void write(Kryo kryo, Output output) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream objects = new ObjectOutputStream(bytes)) {
      objects.writeObject(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    output.writeInt(bytes.size());
    output.writeBytes(bytes.toByteArray());
  }

  @Override
  @SuppressWarnings("unchecked")
  public void read(Kryo kryo, Input input) {
    byte[] bytes = input.readBytes(input.readInt());
    try (ObjectInputStream objects = new TaskObjects(new ByteArrayInputStream(bytes))) {
      value = (T) objects.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Finds classes where the task does: in jars that came with the job. */
  private static final class TaskObjects extends ObjectInputStream {
    TaskObjects(InputStream stream) throws IOException {
      super(stream);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(
            description.getName(), false, Thread.currentThread().getContextClassLoader());
      } catch (ClassNotFoundException e) {
        return super.resolveClass(description);
      }
    }
  }
}
