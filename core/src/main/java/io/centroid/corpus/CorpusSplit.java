package io.centroid.corpus;

import java.io.Serializable;
import java.util.List;

/** The parts of training or of validation, in the order of the text. */
public record CorpusSplit(List<CorpusPart> parts) implements Serializable {

  public CorpusSplit {
    parts = List.copyOf(parts);
  }

  /** Number of ids. */
  public long tokens() {
    return parts.stream().mapToLong(CorpusPart::tokens).sum();
  }
}
