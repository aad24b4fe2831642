package io.centroid.data.corpus;

import java.io.Serializable;
import java.util.List;

/** The shards of the training or validation text, in text order. */
public record CorpusSplit(List<CorpusShard> parts) implements Serializable {

  public CorpusSplit {
    parts = List.copyOf(parts);
  }

  /** Number of token ids. */
  public long tokens() {
    return parts.stream().mapToLong(CorpusShard::tokens).sum();
  }
}
