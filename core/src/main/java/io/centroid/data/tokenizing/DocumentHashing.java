package io.centroid.data.tokenizing;

import io.centroid.data.documents.DocumentPosition;
import io.centroid.data.documents.DocumentSink;
import io.centroid.data.documents.TextPlan;
import io.centroid.data.documents.TextReader;
import io.centroid.error.InputException;
import io.centroid.io.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * An iterator over the document hashes of a task: {@link #next}, then {@link #place} and {@link
 * #hash}. A damaged document gets a unique hash and ends the iteration; its damage is reported on
 * encoding. Not thread-safe.
 */
public final class DocumentHashing implements AutoCloseable {
  private final TextReader reader;
  private final Digesting digesting = new Digesting();
  private @Nullable DocumentHash hash;
  private boolean damaged;

  /**
   * The hashes of a reader's documents; the reader is closed with this.
   *
   * @param reader reader of a plan that splits only between documents: {@link
   *     TextPlan#ofWholeDocuments}
   */
  public DocumentHashing(TextReader reader) {
    this.reader = reader;
  }

  /** Advances to the next document; false if there is none. */
  public boolean next() {
    if (damaged) {
      return false;
    }
    digesting.place = null;
    digesting.ended = false;
    try {
      while (!digesting.ended) {
        if (!reader.next(digesting)) {
          return false;
        }
      }
    } catch (InputException e) {
      damaged = true;
      DocumentPosition place = digesting.place;
      if (place == null) {
        return false;
      }
      digesting.digest.reset();
      digesting.digest.update(
          ("damaged " + place.file() + " " + place.offset()).getBytes(StandardCharsets.UTF_8));
    }
    hash = DocumentHash.of(digesting.digest.digest());
    return true;
  }

  /** Start of the document. */
  public DocumentPosition place() {
    if (digesting.place == null) {
      throw new IllegalStateException("no document");
    }
    return digesting.place;
  }

  /** Hash of the document's text. */
  public DocumentHash hash() {
    if (hash == null) {
      throw new IllegalStateException("no document");
    }
    return hash;
  }

  @Override
  public void close() {
    reader.close();
  }

  private static final class Digesting implements DocumentSink {
    private final MessageDigest digest = Sha256.digest();
    private @Nullable DocumentPosition place;
    private boolean ended;

    @Override
    public boolean begin(DocumentPosition begun, boolean head) {
      place = begun;
      digest.reset();
      return true;
    }

    @Override
    public void piece(String text, long offset) {
      digest.update(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void end(boolean complete) {
      ended = true;
    }
  }
}
