package io.centroid.nn;

import java.io.Serializable;
import java.util.List;

/**
 * Layout of the tensors in a flat parameter vector: contiguous, without gaps, each row-major. Dense
 * and convolution weights have PyTorch's shapes: (outputs, inputs) and (outputs, inputs, height,
 * width).
 */
public record ParameterLayout(List<Entry> entries) implements Serializable {

  public ParameterLayout {
    entries = List.copyOf(entries);
    long next = 0;
    for (Entry entry : entries) {
      if (entry.offset() != next) {
        throw new IllegalArgumentException(
            entry.name() + " starts at " + entry.offset() + ", expected " + next);
      }
      next += entry.size();
    }
  }

  /** Role of a tensor in the optimizer. */
  public enum Role {
    WEIGHT,
    /** Biases, and scales and shifts of normalization layers: no weight decay. */
    BIAS,
    /**
     * Running statistics: their "gradient" is subtracted unchanged, without learning rate, momentum
     * or weight decay.
     */
    STATISTIC
  }

  /** A tensor of {@code size()} floats that starts at {@code offset}. */
  public record Entry(String name, List<Long> shape, long offset, Role role)
      implements Serializable {
    public Entry {
      shape = List.copyOf(shape);
    }

    public long size() {
      long size = 1;
      for (long length : shape) {
        size = Math.multiplyExact(size, length);
      }
      return size;
    }
  }

  /** Number of floats in the vector. */
  public long parameterCount() {
    return entries.stream().mapToLong(Entry::size).sum();
  }
}
