package io.centroid.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The character-level tokenizer. */
class CharacterTokenizerTest {
  @Test
  void shakespeareHas65Characters() throws IOException {
    String text = Gpt2Files.shakespeare();
    CharacterTokenizer characters = CharacterTokenizer.of(text);
    assertThat(characters.vocabularySize()).isEqualTo(65);
    // nanoGPT's ids.
    assertThat(characters.encode("hii there\n"))
        .containsExactly(46, 47, 47, 1, 58, 46, 43, 56, 43, 0);
    int[] ids = characters.encodeOrdinary(text);
    assertThat(ids).hasSize(1_115_394);
    assertThat(characters.decode(ids)).isEqualTo(text);
    assertThat(characters.endOfText()).isEmpty();
  }

  @Test
  void aSupplementaryCharacterIsOneToken() {
    CharacterTokenizer characters = CharacterTokenizer.of("b😀a\uffff");
    assertThat(characters.vocabularySize()).isEqualTo(4);
    assertThat(characters.encode("😀ab\uffff")).containsExactly(3, 0, 1, 2);
    assertThat(characters.decode(new int[] {3, 0, 9, -1})).isEqualTo("😀a");
    assertThat(characters.bytes(3)).isEqualTo("😀".getBytes(StandardCharsets.UTF_8));
    assertThat(characters.bytes(4)).isEmpty();
  }

  @Test
  void reportsTheOffsetOfAnUnknownCharacter() {
    CharacterTokenizer characters = CharacterTokenizer.of("ab😀");
    assertThatThrownBy(() -> characters.encodeOrdinary("a😀é"))
        .isInstanceOf(InputException.class)
        .hasMessage("character U+00E9 at offset 3: not in the vocabulary");
    assertThatThrownBy(() -> characters.encode("a\ud83d"))
        .isInstanceOf(InputException.class)
        .hasMessage("character U+FFFD at offset 1: not in the vocabulary");
    assertThatThrownBy(() -> CharacterTokenizer.of("")).isInstanceOf(InputException.class);
  }

  @Test
  void itsFilesSurviveARoundTrip() {
    CharacterTokenizer characters = CharacterTokenizer.of("to be,\n or \"not\" \\ \0 é 😀");
    Map<String, byte[]> files = characters.files();
    assertThat(files).containsOnlyKeys("tokenizer.json", "tokenizer_config.json");
    Tokenizer read = TokenizerFiles.of(files, "folder");
    assertThat(read).isInstanceOf(CharacterTokenizer.class);
    assertThat(read.files()).containsExactlyInAnyOrderEntriesOf(files);
    String text = "not\0 😀 é\"\\\n";
    assertThat(read.encode(text)).isEqualTo(characters.encode(text));
    assertThat(read.decode(read.encode(text))).isEqualTo(text);
  }

  @Test
  void rejectsTokensOfSeveralCharacters() {
    String json =
        new String(
            CharacterTokenizer.of("ab").files().getOrDefault("tokenizer.json", new byte[0]),
            StandardCharsets.UTF_8);
    assertRejected(
        json.replace("\"b\":1", "\"bc\":1"),
        "folder/tokenizer.json: id 1: expected one character, found \"bc\"");
    assertRejected(json.replace("\"b\":1", "\"b\":0"), "folder/tokenizer.json: duplicate id 0");
    assertRejected(
        json.replace("Isolated", "Removed"),
        "folder/tokenizer.json: pre_tokenizer.behavior: expected Isolated, found \"Removed\"");
    assertRejected(
        json.replace("[\\\\s\\\\S]", "\\\\w"),
        "folder/tokenizer.json: pre_tokenizer.pattern: expected the Regex [\\s\\S], found an"
            + " object");
    assertRejected(
        json.replace("{\"type\":\"Fuse\"}", "null"),
        "folder/tokenizer.json: decoder: expected type Fuse, found null");
  }

  private static void assertRejected(String json, String message) {
    assertThatThrownBy(
            () ->
                TokenizerFiles.of(
                    Map.of("tokenizer.json", json.getBytes(StandardCharsets.UTF_8)), "folder"))
        .isInstanceOf(InputException.class)
        .hasMessage(message);
  }
}
