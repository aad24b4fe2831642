package io.centroid.data.documents;

import java.io.Serializable;
import java.util.Comparator;

/**
 * The start position of a document, ordered by file and offset.
 *
 * @param file index of the file in the plan
 * @param offset offset in the (decoded) file in bytes
 */
public record DocumentPosition(int file, long offset)
    implements Comparable<DocumentPosition>, Serializable {
  private static final Comparator<DocumentPosition> ORDER =
      Comparator.comparingInt(DocumentPosition::file).thenComparingLong(DocumentPosition::offset);

  @Override
  public int compareTo(DocumentPosition other) {
    return ORDER.compare(this, other);
  }
}
