package io.centroid.data.documents;

import io.centroid.error.InputException;
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

  /**
   * Adds a piece to a document.
   *
   * @param file file of the document for messages
   * @param offset position of the document in the file in bytes
   * @throws InputException if it has more than {@link #LONGEST} characters then
   */
  static void append(StringBuilder document, String piece, String file, long offset) {
    if (piece.length() > LONGEST - document.length()) {
      throw new InputException(
          file
              + ": the document at byte "
              + offset
              + " has more than "
              + LONGEST
              + " characters, the most that can be redacted as a whole; --documents line makes a"
              + " document of each line");
    }
    document.append(piece);
  }
}
