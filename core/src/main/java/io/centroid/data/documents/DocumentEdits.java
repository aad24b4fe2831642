package io.centroid.data.documents;

import java.io.Serializable;
import java.util.Map;
import java.util.Optional;

/**
 * Edits documents before anything else reads them, such as by removing personal data. Serializable
 * for executors, and thread-safe.
 */
public interface DocumentEdits extends Serializable {
  /** Maximum length of an edited document in characters, since it is held in memory. */
  int LONGEST = 32 << 20;

  /** Name under which a reader counts dropped documents. */
  String DROPPED = "dropped";

  /**
   * The document to use instead; empty to drop it. A pure function of the document.
   *
   * @param counts receives the number of edits by kind, added to what is there
   */
  Optional<String> edit(String document, Map<String, Long> counts);
}
