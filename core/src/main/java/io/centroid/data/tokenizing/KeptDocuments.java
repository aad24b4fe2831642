package io.centroid.data.tokenizing;

import io.centroid.data.documents.DocumentPosition;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** A filter of a task's documents, in document order, with constant memory. Not thread-safe. */
public final class KeptDocuments {
  private final @Nullable Iterator<DocumentPosition> places;
  private @Nullable DocumentPosition next;

  private KeptDocuments(@Nullable Iterator<DocumentPosition> places) {
    this.places = places;
  }

  /** Keeps all documents. */
  public static KeptDocuments all() {
    return new KeptDocuments(null);
  }

  /** Keeps the documents that begin at the given places, in ascending order. */
  public static KeptDocuments at(Iterator<DocumentPosition> places) {
    return new KeptDocuments(places);
  }

  /** Whether a document is kept; call it in document order. */
  public boolean keeps(DocumentPosition place) {
    if (places == null) {
      return true;
    }
    while ((next == null || next.compareTo(place) < 0) && places.hasNext()) {
      next = places.next();
    }
    return place.equals(next);
  }
}
