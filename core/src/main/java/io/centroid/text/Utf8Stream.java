package io.centroid.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Text from the bytes of tokens as they come: a character is handed out once its last byte is
 * there. All that is handed out, together, is what {@link Tokenizer#decode} gives. Not thread-safe.
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

  /** The characters that these bytes complete, often none. */
  public String add(byte[] bytes) {
    ByteBuffer in = ByteBuffer.allocate(pending.length + bytes.length);
    in.put(pending).put(bytes).flip();
    breakSurrogates(in.array());
    String text = decode(in, false);
    pending = new byte[in.remaining()];
    in.get(pending);
    return text;
  }

  /** U+FFFD if a character was left unfinished; the next bytes begin a new text. */
  public String end() {
    String text = decode(ByteBuffer.wrap(pending), true);
    pending = new byte[0];
    decoder.reset();
    return text;
  }

  /**
   * Spoils the first byte of a surrogate's encoding, so that each of its bytes becomes U+FFFD as
   * the Unicode standard and Hugging Face have it; Java would make one of two.
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
