package io.centroid;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;

/** A stand-in for an attacker's class: deserialization increments a counter. */
public final class Gadget implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Counts deserialized {@link Gadget}s. */
  public static final class Trace {
    private static volatile int reads;

    private Trace() {}

    /** Number of deserializations. */
    public static int reads() {
      return reads;
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    Trace.reads++;
  }

  /** A Java-serialized gadget. */
  public static byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Gadget());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
