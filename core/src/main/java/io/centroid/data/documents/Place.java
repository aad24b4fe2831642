package io.centroid.data.documents;

import java.io.Serializable;
import java.util.Comparator;

/**
 * Where a document begins; places follow each other as documents do.
 *
 * @param file number of its file in the plan
 * @param offset in the (decoded) file
 */
public record Place(int file, long offset) implements Comparable<Place>, Serializable {
  private static final Comparator<Place> ORDER =
      Comparator.comparingInt(Place::file).thenComparingLong(Place::offset);

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }
}
