package io.centroid.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
  @Test
  void invalidBytesAreReportedOnceAndReplaced() {
    List<String> found = new ArrayList<>();
    byte[] bytes = {'x', 'a', 0, (byte) 0xE9, 'b', (byte) 0xF0, (byte) 0x9F, 0, 'c', (byte) 0xC3};
    String text =
        Utf8.decode(bytes, 1, bytes.length, (index, value) -> found.add(index + " " + value));
    assertThat(text).isEqualTo("a\ufffd\ufffdb\ufffd\ufffdc\ufffd");
    assertThat(found).containsExactly("2 0", "3 233", "5 240", "7 0", "9 195");
  }

  @Test
  void replacesTheSameBytesAsTheJdk() {
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextInt(12)];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = (byte) (random.nextInt(3) == 0 ? random.nextInt(128) : random.nextInt(256));
      }
      assertThat(Utf8.decode(bytes, 0, bytes.length, (index, value) -> {}))
          .isEqualTo(new String(bytes, StandardCharsets.UTF_8).replace('\0', '\ufffd'));
    }
  }

  @Test
  void findsTheEndOfTheLastWholeCharacter() {
    byte[] bytes = "aé你😀".getBytes(StandardCharsets.UTF_8);
    int[] expected = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
    for (int end = 0; end <= bytes.length; end++) {
      assertThat(Utf8.wholeEnd(bytes, 0, end)).as("first %d bytes", end).isEqualTo(expected[end]);
    }
  }

  @Test
  void onlyUnpairedSurrogatesAreReplacedInText() {
    assertThat(Utf8.wholeCharacters("a\ud83d\ude00\ude00\0\ud83d"))
        .isEqualTo("a\ud83d\ude00\ufffd\0\ufffd");
    assertThat(Utf8.checked("a\ude00\0", (index, value) -> {})).isEqualTo("a\ufffd\ufffd");
    String plain = "aé😀";
    assertThat(Utf8.wholeCharacters(plain)).isSameAs(plain);
  }

  @Test
  void strictDecodingRejectsInvalidBytes() {
    assertThat(Utf8.strict("a.txt", "caf\u00e9".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("caf\u00e9");
    assertThatThrownBy(() -> Utf8.strict("a.txt", new byte[] {'a', (byte) 0xE9}))
        .isInstanceOf(InputException.class)
        .hasMessage("a.txt: byte 1: expected text in UTF-8, found byte 0xE9");
    assertThatThrownBy(() -> Utf8.strict("a.txt", 7, new byte[] {'a', (byte) 0xE9}, 2, "do"))
        .hasMessage("a.txt: byte 8: expected text in UTF-8, found byte 0xE9; do");
    assertThatThrownBy(() -> Utf8.strict("a.txt", new byte[] {'a', 0}))
        .isInstanceOf(InputException.class)
        .hasMessage("a.txt: byte 1: expected text in UTF-8, found NUL");
  }
}
