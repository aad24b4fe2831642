package io.centroid.io.decoding;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A stream of a text in another encoding as UTF-8. Not thread-safe. */
final class TranscodedStream extends InputStream {
  private static final int SIZE = 1 << 14;

  private final String path;
  private final InputStream source;
  private final CharsetDecoder decoder;
  private final String expected;
  private final Damage damage;

  /**
   * The most bytes that one U+FFFD replaces. Java's decoders of UTF-16 count the character after
   * half a surrogate pair as damaged too, which loses a valid one.
   */
  private final int damagedLength;

  private final ByteBuffer stored = ByteBuffer.allocate(SIZE).flip();
  private final CharBuffer characters = CharBuffer.allocate(SIZE);
  private byte[] bytes = {};
  private int next;

  /** Offset of the end of {@link #stored} in the text's file, decompressed. */
  private long offset;

  /** Whether the source has ended. */
  private boolean ended;

  /** Whether the decoder has ended too. */
  private boolean finished;

  /**
   * @param source the text after its byte-order mark
   * @param offset length of the byte-order mark
   * @param reason why it is in this charset, for messages
   */
  TranscodedStream(
      String path, InputStream source, int offset, Charset charset, String reason, Damage damage) {
    this.path = path;
    this.damage = damage;
    this.source = source;
    this.offset = offset;
    this.decoder = charset.newDecoder();
    this.damagedLength = charset.name().startsWith("UTF-16") ? 2 : Integer.MAX_VALUE;
    this.expected = charset.name() + " text as " + reason + " says";
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    while (next == bytes.length) {
      if (!fill()) {
        return -1;
      }
    }
    int copied = Math.min(count, bytes.length - next);
    System.arraycopy(bytes, next, target, offset, copied);
    next += copied;
    return copied;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }

  /** Encodes the next characters; false at the end of the text. */
  private boolean fill() throws IOException {
    if (finished) {
      return false;
    }
    characters.clear();
    CoderResult result = decoder.decode(stored, characters, ended);
    if (result.isUnderflow() && ended) {
      result = decoder.flush(characters);
      finished = result.isUnderflow();
    }
    if (characters.position() == 0) {
      if (result.isError()) {
        damage.found(this::damaged);
        characters.put('\uFFFD');
        stored.position(stored.position() + Math.min(result.length(), damagedLength));
      } else if (finished) {
        return false;
      }
    }
    if (result.isUnderflow() && !ended) {
      more();
    }
    // A decoder never splits a surrogate pair.
    bytes = characters.flip().toString().getBytes(StandardCharsets.UTF_8);
    next = 0;
    return true;
  }

  private void more() throws IOException {
    stored.compact();
    int read = source.read(stored.array(), stored.position(), stored.remaining());
    ended = read < 0;
    offset += Math.max(0, read);
    stored.position(stored.position() + Math.max(0, read)).flip();
  }

  private InputException damaged() {
    return InputErrors.of(
        path,
        "byte " + (offset - stored.remaining()),
        expected,
        String.format(Locale.ROOT, "byte 0x%02X", stored.get(stored.position())));
  }
}
