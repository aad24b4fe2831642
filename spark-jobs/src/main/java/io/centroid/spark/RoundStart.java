package io.centroid.spark;

import io.centroid.optimize.InnerState;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** What every task of a round gets: its broadcast. */
record RoundStart(float[] parameters, @Nullable InnerState shared) implements Serializable {

  long bytes() {
    return (long) Float.BYTES * parameters.length + (shared == null ? 0 : shared.bytes());
  }
}
