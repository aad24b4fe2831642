package io.centroid.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.random.RandomStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Incremental UTF-8 decoding. */
class Utf8StreamTest {
  @Test
  void aCharacterIsReturnedWithItsLastByte() {
    Utf8Stream stream = new Utf8Stream();
    assertThat(stream.add(bytes('a', 0xe4))).isEqualTo("a");
    assertThat(stream.add(bytes(0xbd))).isEmpty();
    assertThat(stream.add(bytes(0xa0, 'b'))).isEqualTo("你b");
    assertThat(stream.add(bytes(0xf0, 0x9f, 0x98))).isEmpty();
    assertThat(stream.add(bytes(0x80))).isEqualTo("😀");
    assertThat(stream.end()).isEmpty();
  }

  @Test
  void anIncompleteCharacterIsReplacedAtTheEnd() {
    Utf8Stream stream = new Utf8Stream();
    assertThat(stream.add(bytes('a', 0xe4, 0xbd))).isEqualTo("a");
    assertThat(stream.end()).isEqualTo("\ufffd");
    assertThat(stream.add(bytes(0xa0, 'b'))).isEqualTo("\ufffdb");
    assertThat(stream.end()).isEmpty();
  }

  @Test
  void anEncodedSurrogateIsThreeInvalidBytes() {
    Utf8Stream stream = new Utf8Stream();
    assertThat(stream.add(bytes(0xed))).isEmpty();
    assertThat(stream.add(bytes(0xa0, 0x80, 'a')) + stream.end()).isEqualTo("\ufffd\ufffd\ufffda");
  }

  @Test
  void anyChunksYieldTheWholeText() {
    RandomStream random = new RandomStream(3);
    for (int i = 0; i < 300; i++) {
      String text = RandomTexts.next(random, 40);
      byte[] whole = text.getBytes(StandardCharsets.UTF_8);
      Utf8Stream stream = new Utf8Stream();
      StringBuilder streamed = new StringBuilder();
      for (int at = 0; at < whole.length; ) {
        int length = Math.min(whole.length - at, random.nextInt(4));
        String part = stream.add(Arrays.copyOfRange(whole, at, at + length));
        assertThat(text).startsWith(streamed + part);
        streamed.append(part);
        at += length;
      }
      assertThat(stream.end()).isEmpty();
      assertThat(streamed.toString()).isEqualTo(text);
    }
  }

  @Test
  void invalidBytesAreReplacedIndependentlyOfChunks() {
    RandomStream random = new RandomStream(4);
    for (int i = 0; i < 2000; i++) {
      byte[] whole = new byte[1 + random.nextInt(12)];
      for (int at = 0; at < whole.length; at++) {
        // Mostly lead and continuation bytes.
        whole[at] = (byte) (random.nextInt(4) == 0 ? 'x' : 0x80 + random.nextInt(0x80));
      }
      Utf8Stream one = new Utf8Stream();
      String expected = one.add(whole) + one.end();
      Utf8Stream bytewise = new Utf8Stream();
      StringBuilder streamed = new StringBuilder();
      for (byte each : whole) {
        streamed.append(bytewise.add(new byte[] {each}));
      }
      assertThat(streamed.append(bytewise.end()).toString()).isEqualTo(expected);
    }
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
