package io.centroid.nn;

import java.io.Serializable;
import java.util.List;

/**
 * Names the tensors of a flat parameter vector: entry after entry without gaps, each row-major.
 * Dense and convolution weights have PyTorch's layout: (outputs, inputs) and (outputs, inputs,
 * height, width).
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

  /** What a tensor does in training. */
  public enum Role {
    WEIGHT,
    /** Biases, and the scales and shifts of normalization layers: spared from weight decay. */
    BIAS,
    /**
     * Running statistics: their "gradient" is subtracted as it is, without rate, momentum or decay.
     */
    STATISTIC
  }

  /** One tensor: {@code size()} floats from {@code offset} on. */
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

  /** Number of floats in the whole vector. */
  public long parameterCount() {
    return entries.stream().mapToLong(Entry::size).sum();
  }
}
