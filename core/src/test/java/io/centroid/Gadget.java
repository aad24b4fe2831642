package io.centroid;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;

/** Stands for an attacker's class: reading one leaves a trace. */
public final class Gadget implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What {@link Gadget}s did. */
  public static final class Trace {
    private static volatile int reads;

    private Trace() {}

    /** How often one was deserialized. */
    public static int reads() {
      return reads;
    }
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    Trace.reads++;
  }

  /** A gadget as Java serializes it. */
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
