package io.centroid.io.decoding;

import io.centroid.error.InputErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A stream of a text in another encoding as UTF-8. Strict; not thread-safe. */
final class TranscodedStream extends InputStream {
  private static final int SIZE = 1 << 14;

  private final String path;
  private final InputStream source;
  private final CharsetDecoder decoder;
  private final String expected;
  private final ByteBuffer stored = ByteBuffer.allocate(SIZE).flip();
  private final CharBuffer characters = CharBuffer.allocate(SIZE);
  private byte[] bytes = {};
  private int next;

  /** Offset of the end of {@link #stored} in the text's file, decompressed. */
  private long offset;

  private boolean ended;

  /**
   * @param source the text after its byte-order mark
   * @param offset length of the byte-order mark
   * @param reason why it is in this charset, for messages
   */
  TranscodedStream(String path, InputStream source, int offset, Charset charset, String reason) {
    this.path = path;
    this.source = source;
    this.offset = offset;
    this.decoder = charset.newDecoder();
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
    characters.clear();
    CoderResult result = decoder.decode(stored, characters, ended);
    if (result.isUnderflow() && ended) {
      result = decoder.flush(characters);
    }
    if (characters.position() == 0) {
      if (result.isError()) {
        throw damaged();
      }
      if (ended) {
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

  private RuntimeException damaged() {
    return InputErrors.of(
        path,
        "byte " + (offset - stored.remaining()),
        expected,
        String.format(Locale.ROOT, "byte 0x%02X", stored.get(stored.position())));
  }
}
