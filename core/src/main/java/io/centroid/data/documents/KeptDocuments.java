package io.centroid.data.documents;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Which documents of a task stay, told in the order of the documents: memory does not depend on
 * their number. Not thread-safe.
 */
public final class KeptDocuments {
  private final @Nullable Iterator<Place> places;
  private @Nullable Place next;

  private KeptDocuments(@Nullable Iterator<Place> places) {
    this.places = places;
  }

  /** All of them. */
  public static KeptDocuments all() {
    return new KeptDocuments(null);
  }

  /** Those that begin at the places, which ascend. */
  public static KeptDocuments at(Iterator<Place> places) {
    return new KeptDocuments(places);
  }

  /** Whether a document stays; to be asked for one after the other. */
  public boolean keeps(Place place) {
    if (places == null) {
      return true;
    }
    while ((next == null || next.compareTo(place) < 0) && places.hasNext()) {
      next = places.next();
    }
    return place.equals(next);
  }
}
