package io.centroid.data.tokenizing;

import io.centroid.data.corpus.CorpusShard;
import io.centroid.data.corpus.IdWidth;
import io.centroid.data.corpus.Staging;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * The insertion of token ids into a staged training shard. A task attempt writes the new shard
 * under another name, so that concurrent and repeated attempts are safe; {@link #publish} replaces
 * the old one. Serializable for executors.
 *
 * @param staging staging folder of the corpus
 * @param width storage width of a token id
 * @param shard shard to write anew
 * @param pieces what to insert, sorted by position
 * @param breaks token ids that end a line or a document: a piece is inserted after the next one
 * @param slack number of tokens after its position within which a piece is inserted, with or
 *     without a break
 */
public record Insertion(
    Staging staging, IdWidth width, CorpusShard shard, List<Piece> pieces, BitSet breaks, int slack)
    implements Serializable {
  private static final int BUFFER = 1 << 18;
  private static final String WRITTEN = "inserted-";

  public Insertion {
    pieces = pieces.stream().sorted(Comparator.comparingLong(Piece::position)).toList();
  }

  /**
   * Token ids to insert.
   *
   * @param position index of the token of the shard before which they may be inserted first
   */
  public record Piece(long position, List<Integer> ids) implements Serializable {
    public Piece {
      ids = List.copyOf(ids);
    }
  }

  /**
   * Writes the shard with the pieces.
   *
   * @param attempt unique name of the task attempt
   * @return the new shard, with the name of the old one
   */
  public CorpusShard write(String attempt) throws IOException {
    String file = attempt + "-" + shard.name();
    try (InputStream in =
            new BufferedInputStream(staging.fileSystem().open(staging.path(shard.name())), BUFFER);
        PartWriter out = new PartWriter(staging.create(file), width)) {
      copy(in, out);
      CorpusShard written = out.finish(shard.name());
      staging.adopt(file, WRITTEN + shard.name());
      return written;
    }
  }

  /** Replaces the shard by the written one, when no attempt reads it any more. */
  public void publish() throws IOException {
    staging.delete(shard.name());
    staging.rename(WRITTEN + shard.name(), shard.name());
  }

  private void copy(InputStream in, PartWriter out) throws IOException {
    int next = 0;
    boolean atBreak = false;
    for (long token = 0; token <= shard.tokens(); token++) {
      while (next < pieces.size() && isDue(pieces.get(next), token, atBreak)) {
        for (int id : pieces.get(next).ids()) {
          out.write(id);
        }
        next++;
      }
      if (token < shard.tokens()) {
        int id = read(in);
        atBreak = breaks.get(id);
        out.write(id);
      }
    }
  }

  private boolean isDue(Piece piece, long token, boolean atBreak) {
    return token >= piece.position()
        && (atBreak || token >= piece.position() + slack || token == shard.tokens());
  }

  private int read(InputStream in) throws IOException {
    int id = 0;
    for (int i = 0; i < width.bytes(); i++) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException(staging.path(shard.name()) + ": ends before its last token");
      }
      id |= next << (8 * i);
    }
    return id;
  }
}
