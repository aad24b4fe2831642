package io.centroid.text;

import io.centroid.io.ArrayGrowth;
import java.util.Arrays;

/** A growing list of token ids. */
public final class TokenIds {
  private int[] ids = new int[64];
  private int size;

  public void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, ArrayGrowth.grown(size, size + 1L));
    }
    ids[size++] = id;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public int[] toArray() {
    return Arrays.copyOf(ids, size);
  }
}
