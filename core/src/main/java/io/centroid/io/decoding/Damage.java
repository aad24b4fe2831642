package io.centroid.io.decoding;

import io.centroid.error.InputException;
import java.util.function.Supplier;

/** A handler of bytes that are not text in the encoding of their file. */
@FunctionalInterface
public interface Damage {
  /** Rejects them. */
  Damage REJECTED =
      error -> {
        throw error.get();
      };

  /** Throws to reject them, or returns to have them replaced by U+FFFD. */
  void found(Supplier<InputException> error);
}
