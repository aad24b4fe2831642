package io.centroid.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.centroid.InputException;
import java.io.Serializable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a task read, or why it could not. Damaged data is a result here and no failed task: reading
 * it again would not help, so Spark must not retry it.
 */
@DefaultSerializer(JavaSerializer.class)
public record Reading<T>(@Nullable T value, @Nullable InputException refusal)
    implements Serializable {

  /** What the supplier reads, or its refusal. */
  public static <T> Reading<T> of(Supplier<T> read) {
    try {
      return new Reading<>(read.get(), null);
    } catch (InputException e) {
      return new Reading<>(null, e);
    }
  }

  /** The same refusal, or what the function makes of the value. */
  public <U> Reading<U> map(Function<T, U> function) {
    return value == null
        ? new Reading<>(null, refusal)
        : new Reading<>(function.apply(value), null);
  }

  /**
   * What was read.
   *
   * @throws InputException if the data is damaged
   */
  public T require() {
    if (value == null) {
      throw refusal == null ? new IllegalStateException("neither value nor refusal") : refusal;
    }
    return value;
  }
}
