package io.centroid.spark.internal;

import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.spark.serializer.DeserializationStream;
import org.apache.spark.serializer.SerializationStream;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;

/**
 * Serializer of a shuffle whose keys are numbers and whose values write themselves. Used instead of
 * the application's serializer, which would copy large arrays.
 *
 * @param <V> type of the values
 */
public final class RawRecords<V> extends Serializer implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Format<V> format;

  public RawRecords(Format<V> format) {
    this.format = format;
  }

  /** Writes and reads values. */
  public interface Format<V> extends Serializable {
    void write(V value, DataOutput out) throws IOException;

    V read(DataInput in) throws IOException;
  }

  @Override
  public SerializerInstance newInstance() {
    return new Streams<>(format);
  }

  private static final class Streams<V> extends SerializerInstance {
    private final Format<V> format;

    Streams(Format<V> format) {
      this.format = format;
    }

    @Override
    public SerializationStream serializeStream(OutputStream out) {
      return new Writer<>(format, new DataOutputStream(out));
    }

    @Override
    public DeserializationStream deserializeStream(InputStream in) {
      return new Reader<>(format, new DataInputStream(in));
    }

    @Override
    public <T> ByteBuffer serialize(T value, ClassTag<T> type) {
      throw outsideOfAShuffle();
    }

    @Override
    public <T> T deserialize(ByteBuffer bytes, ClassTag<T> type) {
      throw outsideOfAShuffle();
    }

    @Override
    public <T> T deserialize(ByteBuffer bytes, ClassLoader loader, ClassTag<T> type) {
      throw outsideOfAShuffle();
    }
  }

  /** Spark's shuffle writes and reads streams of keys and values alone. */
  private static UnsupportedOperationException outsideOfAShuffle() {
    return new UnsupportedOperationException("only records of a shuffle can be serialized");
  }

  /** An action on a stream. */
  private interface Action<T> {
    T run() throws IOException;
  }

  private static <T> T unchecked(Action<T> action) {
    try {
      return action.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Writer<V> extends SerializationStream {
    private final Format<V> format;
    private final DataOutputStream out;

    Writer(Format<V> format, DataOutputStream out) {
      this.format = format;
      this.out = out;
    }

    @Override
    public <T> SerializationStream writeObject(T value, ClassTag<T> type) {
      throw outsideOfAShuffle();
    }

    @Override
    public <T> SerializationStream writeKey(T key, ClassTag<T> type) {
      return unchecked(
          () -> {
            out.writeInt((Integer) key);
            return this;
          });
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> SerializationStream writeValue(T value, ClassTag<T> type) {
      return unchecked(
          () -> {
            format.write((V) value, out);
            return this;
          });
    }

    @Override
    public void flush() {
      unchecked(
          () -> {
            out.flush();
            return this;
          });
    }

    @Override
    public void close() {
      unchecked(
          () -> {
            out.close();
            return this;
          });
    }
  }

  private static final class Reader<V> extends DeserializationStream {
    private final Format<V> format;
    private final DataInputStream in;

    Reader(Format<V> format, DataInputStream in) {
      this.format = format;
      this.in = in;
    }

    @Override
    public <T> T readObject(ClassTag<T> type) {
      throw outsideOfAShuffle();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T readKey(ClassTag<T> type) {
      return (T) unchecked(in::readInt);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T readValue(ClassTag<T> type) {
      return (T) unchecked(() -> format.read(in));
    }

    @Override
    public Iterator<Tuple2<Object, Object>> asKeyValueIterator() {
      return JavaConverters.asScalaIterator(new Records());
    }

    @Override
    public void close() {
      unchecked(
          () -> {
            in.close();
            return this;
          });
    }

    /** The records up to the end of the stream, which is closed then. */
    private final class Records implements java.util.Iterator<Tuple2<Object, Object>> {
      private @Nullable Integer key;
      private boolean ended;

      @Override
      public boolean hasNext() {
        if (key == null && !ended) {
          key = nextKey();
          ended = key == null;
          if (ended) {
            close();
          }
        }
        return !ended;
      }

      private @Nullable Integer nextKey() {
        try {
          return in.readInt();
        } catch (EOFException e) {
          return null;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public Tuple2<Object, Object> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Integer read = Objects.requireNonNull(key);
        key = null;
        return new Tuple2<>(read, unchecked(() -> format.read(in)));
      }
    }
  }
}
