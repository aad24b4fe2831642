package io.centroid.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.centroid.error.InputException;
import java.io.Serializable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The value that a task has read, or an input error. Damaged data is a result, not a failed task,
 * because a retry by Spark would fail again.
 */
@DefaultSerializer(JavaSerializer.class)
public record ReadResult<T>(@Nullable T value, @Nullable InputException error)
    implements Serializable {

  /** Reads a value and catches an input error. */
  public static <T> ReadResult<T> of(Supplier<T> read) {
    try {
      return new ReadResult<>(read.get(), null);
    } catch (InputException e) {
      return new ReadResult<>(null, e);
    }
  }

  /** Applies a function to the value; an error is returned unchanged. */
  public <U> ReadResult<U> map(Function<T, U> function) {
    return value == null
        ? new ReadResult<>(null, error)
        : new ReadResult<>(function.apply(value), null);
  }

  /**
   * The value.
   *
   * @throws InputException if the data is damaged
   */
  public T require() {
    if (value == null) {
      throw error == null ? new IllegalStateException("neither value nor error") : error;
    }
    return value;
  }
}
