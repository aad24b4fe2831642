package io.centroid.data.documents;

import java.io.Serializable;
import java.util.List;

/**
 * What one task reads, and the part that it writes: a large file's slice, or some small files.
 *
 * @param number from 0, in the order of the corpus
 */
public record TextTask(int number, List<TextSlice> slices) implements Serializable {

  public TextTask {
    slices = List.copyOf(slices);
  }
}
