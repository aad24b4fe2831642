package io.centroid.data.documents;

import java.io.Serializable;
import java.util.List;

/**
 * The input of one task, which writes one shard: a slice of a large file, or some small files.
 *
 * @param number index of the task from 0, in corpus order
 * @param slices slices to read
 */
public record TextTask(int number, List<TextSlice> slices) implements Serializable {

  public TextTask {
    slices = List.copyOf(slices);
  }
}
