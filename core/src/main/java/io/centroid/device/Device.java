package io.centroid.device;

import java.io.Serializable;

/**
 * A compute device of this JVM.
 *
 * @param address address of a GPU as the cluster manager's discovery reports it: its index, or the
 *     UUID of a GPU or of a MIG instance; empty for the CPU
 */
public record Device(Kind kind, String address) implements Serializable {
  /** The CPU of this JVM. */
  public static final Device CPU = new Device(Kind.CPU, "");

  /** Kinds of devices. */
  public enum Kind {
    CPU,
    CUDA
  }

  /** The GPU with this address. */
  public static Device cuda(String address) {
    return new Device(Kind.CUDA, address);
  }

  @Override
  public String toString() {
    return kind == Kind.CPU ? "cpu" : "cuda:" + address;
  }
}
