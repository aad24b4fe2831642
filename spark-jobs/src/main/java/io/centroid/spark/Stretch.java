package io.centroid.spark;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;

/**
 * The values {@code from..to-1} of a vector, which travel without the rest of it. A stream that
 * wrote one keeps no copy of the values.
 */
final class Stretch implements Serializable {
  private static final long serialVersionUID = 1L;

  private transient float[] vector;
  private transient int from;
  private transient int to;

  Stretch(float[] vector, int from, int to) {
    Objects.checkFromToIndex(from, to, vector.length);
    this.vector = vector;
    this.from = from;
    this.to = to;
  }

  /** As many values as the stretch is long; not to be written. */
  float[] values() {
    return from == 0 && to == vector.length ? vector : Arrays.copyOfRange(vector, from, to);
  }

  int length() {
    return to - from;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    // A stream remembers what it wrote until it is closed, and a round has one a slice.
    out.writeUnshared(values());
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    vector = (float[]) in.readUnshared();
    from = 0;
    to = vector.length;
  }
}
