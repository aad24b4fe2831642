package io.centroid.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * An incremental UTF-8 decoder for the bytes of tokens: a character is returned with its last byte.
 * The concatenated output equals {@link Tokenizer#decode}. Not thread-safe.
 */
public final class Utf8Stream {
  private static final byte SURROGATES = (byte) 0xed;
  private static final byte NEVER = (byte) 0xff;

  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] pending = new byte[0];

  /** Adds bytes and returns the completed characters, often none. */
  public String add(byte[] bytes) {
    ByteBuffer in = ByteBuffer.allocate(pending.length + bytes.length);
    in.put(pending).put(bytes).flip();
    breakSurrogates(in.array());
    String text = decode(in, false);
    pending = new byte[in.remaining()];
    in.get(pending);
    return text;
  }

  /** Ends the text; returns U+FFFD for an incomplete character. */
  public String end() {
    String text = decode(ByteBuffer.wrap(pending), true);
    pending = new byte[0];
    decoder.reset();
    return text;
  }

  /**
   * Invalidates the first byte of an encoded surrogate, so that each byte becomes U+FFFD as in the
   * Unicode standard and Hugging Face; Java would replace two bytes by one.
   */
  private static void breakSurrogates(byte[] bytes) {
    for (int i = 0; i + 1 < bytes.length; i++) {
      if (bytes[i] == SURROGATES && (bytes[i + 1] & 0xe0) == 0xa0) {
        bytes[i] = NEVER;
      }
    }
  }

  private String decode(ByteBuffer in, boolean last) {
    CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
    decoder.decode(in, out, last);
    return out.flip().toString();
  }
}
