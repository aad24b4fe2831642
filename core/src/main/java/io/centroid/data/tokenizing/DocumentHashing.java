package io.centroid.data.tokenizing;

import io.centroid.InputException;
import io.centroid.data.documents.DocumentSink;
import io.centroid.data.documents.Place;
import io.centroid.data.documents.TextPlan;
import io.centroid.data.documents.TextReader;
import io.centroid.io.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Hashes the documents of a task one by one: {@link #next}, then {@link #place} and {@link #hash}.
 * Text that is damaged ends it with a hash that no other document has, so that whoever encodes the
 * document finds the damage and tells of it. Not thread-safe.
 */
public final class DocumentHashing implements AutoCloseable {
  private final TextReader reader;
  private final Digesting digesting = new Digesting();
  private @Nullable DocumentHash hash;
  private boolean damaged;

  /**
   * Documents of a reader, which is closed with this.
   *
   * @param reader of a plan that is cut between documents only: {@link TextPlan#ofWholeDocuments}
   */
  public DocumentHashing(TextReader reader) {
    this.reader = reader;
  }

  /** Moves to the next document; false if there is none. */
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
      Place place = digesting.place;
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

  /** Where the document begins. */
  public Place place() {
    if (digesting.place == null) {
      throw new IllegalStateException("no document");
    }
    return digesting.place;
  }

  /** Hash of its text. */
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
    private @Nullable Place place;
    private boolean ended;

    @Override
    public boolean begin(Place begun, boolean head) {
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
