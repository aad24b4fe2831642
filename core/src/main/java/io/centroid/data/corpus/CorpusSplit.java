package io.centroid.data.corpus;

import java.io.Serializable;
import java.util.List;

/** The parts of training or of validation, in the order of the text. */
public record CorpusSplit(List<CorpusShard> parts) implements Serializable {

  public CorpusSplit {
    parts = List.copyOf(parts);
  }

  /** Number of ids. */
  public long tokens() {
    return parts.stream().mapToLong(CorpusShard::tokens).sum();
  }
}
