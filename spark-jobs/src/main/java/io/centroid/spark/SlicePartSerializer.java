package io.centroid.spark;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.NoSuchElementException;
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
 * Serializer of the shuffle: its records are the number of a slice and a {@link SlicePart}. Used
 * instead of the application's serializer, which would copy the vectors.
 */
final class SlicePartSerializer extends Serializer implements Serializable {
  private static final long serialVersionUID = 1L;

  @Override
  public SerializerInstance newInstance() {
    return new Streams();
  }

  private static final class Streams extends SerializerInstance {

    @Override
    public SerializationStream serializeStream(OutputStream out) {
      return new Writer(new DataOutputStream(out));
    }

    @Override
    public DeserializationStream deserializeStream(InputStream in) {
      return new Reader(new DataInputStream(in));
    }

    @Override
    public <T> ByteBuffer serialize(T value, ClassTag<T> type) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> T deserialize(ByteBuffer bytes, ClassTag<T> type) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> T deserialize(ByteBuffer bytes, ClassLoader loader, ClassTag<T> type) {
      throw new UnsupportedOperationException();
    }
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

  private static final class Writer extends SerializationStream {
    private final DataOutputStream out;

    Writer(DataOutputStream out) {
      this.out = out;
    }

    @Override
    public <T> SerializationStream writeObject(T keyOrValue, ClassTag<T> type) {
      return unchecked(
          () -> {
            if (keyOrValue instanceof SlicePart part) {
              part.write(out);
            } else {
              out.writeInt((Integer) keyOrValue);
            }
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

  private static final class Reader extends DeserializationStream {
    private final DataInputStream in;

    Reader(DataInputStream in) {
      this.in = in;
    }

    @Override
    public <T> T readObject(ClassTag<T> type) {
      throw new UnsupportedOperationException();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T readKey(ClassTag<T> type) {
      return (T) unchecked(in::readInt);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T readValue(ClassTag<T> type) {
      return (T) unchecked(() -> SlicePart.read(in));
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
      private @Nullable Integer slice;
      private boolean ended;

      @Override
      public boolean hasNext() {
        if (slice == null && !ended) {
          slice = unchecked(this::slice);
          ended = slice == null;
          if (ended) {
            close();
          }
        }
        return !ended;
      }

      private @Nullable Integer slice() throws IOException {
        try {
          return in.readInt();
        } catch (EOFException e) {
          return null;
        }
      }

      @Override
      public Tuple2<Object, Object> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Integer key = slice;
        slice = null;
        return new Tuple2<>(key, unchecked(() -> SlicePart.read(in)));
      }
    }
  }
}
