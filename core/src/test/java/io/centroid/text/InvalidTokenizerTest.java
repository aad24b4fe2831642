package io.centroid.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Invalid tokenizer files and their one-line errors. */
class InvalidTokenizerTest extends SmallTokenizerFiles {
  @TempDir private Path folder;

  /** Changes of tokenizer.json and the resulting errors. */
  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(
            "\"type\":\"BPE\"",
            "\"type\":\"Unigram\"",
            "model.type: expected BPE or WordLevel, found \"Unigram\""),
        Arguments.of(
            "\"normalizer\":null",
            "\"normalizer\":{\"type\":\"NFC\"}",
            "normalizer: expected null, found type NFC"),
        Arguments.of(
            "\"normalizer\":null",
            "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"Lowercase\"}]}",
            "normalizer.normalizers[0]: expected null, found type Lowercase"),
        Arguments.of(
            "\"pre_tokenizer\":{\"type\":\"ByteLevel\"",
            "\"pre_tokenizer\":{\"type\":\"Metaspace\"",
            "pre_tokenizer: expected type ByteLevel, found type Metaspace"),
        Arguments.of(
            "\"use_regex\":true},\"post",
            "\"use_regex\":false},\"post",
            "pre_tokenizer.use_regex: expected true, found false"),
        Arguments.of(
            "\"add_prefix_space\":false",
            "\"add_prefix_space\":1",
            "pre_tokenizer.add_prefix_space: expected true or false, found 1"),
        Arguments.of(
            "\"post_processor\":{\"type\":\"ByteLevel\"",
            "\"post_processor\":{\"type\":\"BertProcessing\"",
            "post_processor: expected type ByteLevel or TemplateProcessing, found type Bert"),
        Arguments.of(
            "\"post_processor\":{\"type\":\"ByteLevel\"",
            "\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":"
                + "{\"id\":\"<s>\",\"type_id\":0}},{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}]",
            "post_processor.single: expected the text alone, $A, found [{\"SpecialToken\""),
        Arguments.of(
            "\"decoder\":{\"type\":\"ByteLevel\"",
            "\"decoder\":{\"type\":\"WordPiece\"",
            "decoder: expected type ByteLevel, found type WordPiece"),
        Arguments.of(
            "\"dropout\":null", "\"dropout\":0.1", "model.dropout: expected null, found 0.1"),
        Arguments.of(
            "\"end_of_word_suffix\":null",
            "\"end_of_word_suffix\":\"</w>\"",
            "model.end_of_word_suffix: expected null, found \"</w>\""),
        Arguments.of(
            "\"byte_fallback\":false",
            "\"byte_fallback\":true",
            "model.byte_fallback: expected false, found true"),
        Arguments.of(
            "\"ignore_merges\":false",
            "\"ignore_merges\":true",
            "model.ignore_merges: expected false, found true"),
        Arguments.of("\"version\"", "\"versions\"", "unknown key \"versions\""),
        Arguments.of(
            "\"lstrip\":false",
            "\"lstrip\":1",
            "added_tokens[0].lstrip: expected true or false, found 1"),
        Arguments.of(
            "\"id\":0,", "\"id\":7,", "added token \"<|endoftext|>\": expected id 0, found id 7"),
        Arguments.of(
            "\"added_tokens\":[",
            "\"added_tokens\":[{\"id\":7,\"content\":\"<pad>\"},",
            "added token \"<pad>\": expected a unique id, found id 7 of \"'\""),
        Arguments.of(
            "\"added_tokens\":[",
            "\"added_tokens\":[{\"id\":7,\"content\":\"\"},",
            "added_tokens[0].content: expected a non-empty text, found \"\""),
        Arguments.of("\"!\":1,", "\"!\":1.5,", "token \"!\": expected an id, found 1.5"),
        Arguments.of(
            "\"!\":1,", "\"!\":-1,", "token \"!\": expected an id from 0 to 4194303, found -1"),
        Arguments.of(
            "\"!\":1,",
            "\"!\":4194304,",
            "token \"!\": expected an id from 0 to 4194303, found 4194304"),
        Arguments.of(
            "\"!\":1,", "\"!\":99999999999999999999,", "a number is out of range at line 1 column"),
        Arguments.of("\"!\":1,", "\"!\":2,", "id 2 is both \"!\" and \"\"\""),
        Arguments.of("\"!\":1,", "\"!\":1,\"!\":1,", "is not the expected JSON at line 1 column"),
        Arguments.of("\"l o\"", "\"l o w\"", "model.merges[0]: expected two parts, found"),
        Arguments.of(
            "\"l o\"",
            "\"l zz\"",
            "model.merges[0]: expected a byte or an earlier merge's product, found \"zz\""),
        Arguments.of(
            "\"l o\"",
            "\"l !\"",
            "model.merges[0]: expected a product in the vocabulary, found \"l!\""),
        Arguments.of(
            "\"l o\"",
            "\"l o\",\"l o\"",
            "model.merges[1]: expected a new product, found a duplicate of \"lo\""),
        Arguments.of(
            "\"model\":{", "\"model\":[],\"x\":{", "model: expected an object, found an array"),
        Arguments.of(
            "\"version\":\"1.0\"",
            "\"version\":" + "[".repeat(60) + "]".repeat(60),
            "is not the expected JSON: Depth (51) exceeds"),
        Arguments.of(
            "\"version\":\"1.0\"",
            "\"version\":[" + "0,".repeat(1_000_000) + "0]",
            "expected at most 1000000 settings, found more"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void rejectsDamagedAndUnsupportedFiles(String part, String change, String message) {
    assertThat(text("tokenizer.json")).contains(part);
    assertThatThrownBy(() -> changed(part, change))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("folder/tokenizer.json: " + message)
        .hasMessageNotContaining("\n");
  }

  static Stream<Arguments> broken() {
    return Stream.of(
        Arguments.of("", "tokenizer.json: JSON: expected an object, found nothing"),
        Arguments.of("[]", "tokenizer.json: JSON: expected an object, found an array"),
        Arguments.of(
            "{} {}", "tokenizer.json: after the JSON object: expected nothing, found an object"),
        Arguments.of("{\"model\":", "tokenizer.json: is not the expected JSON at line 1 column"),
        Arguments.of("{}", "tokenizer.json: model.type: expected a string, found nothing"),
        Arguments.of(
            "{\"model\":{\"type\":\"BPE\"}}",
            "tokenizer.json: model.vocab: expected an object of ids, found nothing"),
        Arguments.of(
            "{\"model\":{\"type\":\"BPE\",\"vocab\":{}}}",
            "tokenizer.json: model.merges: expected an array, found nothing"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void rejectsAnythingButATokenizer(String json, String message) {
    assertThatThrownBy(() -> TokenizerFiles.of(Map.of("tokenizer.json", bytes(json)), "folder"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("folder/" + message);
  }

  @ParameterizedTest
  @MethodSource("mergesTexts")
  void rejectsMergesWithoutTwoParts(String merges, String message) {
    assertThatThrownBy(() -> old(bytes(merges), Map.of()))
        .isInstanceOf(InputException.class)
        .hasMessage("folder/merges.txt: " + message);
  }

  static Stream<Arguments> mergesTexts() {
    return Stream.of(
        Arguments.of(
            "#version: 0.2\nl o w\n",
            "line 2: expected two tokens with a space between, found \"l o w\""),
        Arguments.of("l o\n\n", "line 2: expected two tokens with a space between, found \"\""),
        Arguments.of("l\n", "line 1: expected two tokens with a space between, found \"l\""),
        Arguments.of("l \n", "line 1: expected two tokens with a space between, found \"l \""),
        Arguments.of("l q\n", "line 1: expected a product in the vocabulary, found \"lq\""));
  }

  @Test
  void rejectsInvalidUtf8() {
    byte[] wrong = {'{', '"', (byte) 0xff, '"', ':', '1', '}'};
    assertThatThrownBy(() -> old(wrong, Map.of()))
        .isInstanceOf(InputException.class)
        .hasMessage("folder/merges.txt: byte 2: expected text in UTF-8, found byte 0xFF");
    assertThatThrownBy(() -> TokenizerFiles.of(Map.of("tokenizer.json", wrong), "folder"))
        .isInstanceOf(InputException.class)
        .hasMessage("folder/tokenizer.json: is not UTF-8");
  }

  @Test
  void rejectsTooManyAddedTokens() {
    StringBuilder json = new StringBuilder("{");
    for (int id = 1000; id <= 11_000; id++) {
      json.append("\"<").append(id).append(">\":").append(id).append(",");
    }
    json.setCharAt(json.length() - 1, '}');
    assertThatThrownBy(
            () -> old(content("merges.txt"), Map.of("added_tokens.json", bytes(json.toString()))))
        .isInstanceOf(InputException.class)
        .hasMessage("folder/added_tokens.json: added tokens: expected at most 10000, found more");
  }

  @Test
  void rejectsAnIdFarAboveTheNumberOfTokens() {
    assertThatThrownBy(() -> changed("\"l\":", "\"sparse\":4194303,\"l\":"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("token \"sparse\": expected an id below ")
        .hasMessageEndingWith("found 4194303");
    Map<String, byte[]> characters = CharacterTokenizer.of("ab").files();
    String json = new String(characters.get("tokenizer.json"), StandardCharsets.UTF_8);
    assertThatThrownBy(
            () ->
                TokenizerFiles.of(
                    Map.of("tokenizer.json", bytes(json.replace("\"b\":1", "\"b\":100000"))), "f"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "f/tokenizer.json: token \"b\": expected an id below 65568 in a vocabulary of 2,"
                + " found 100000");
  }

  /** Additional files and the resulting errors. */
  static Stream<Arguments> disagreements() {
    return Stream.of(
        Arguments.of(
            "tokenizer_config.json",
            "{\"eos_token\":\"<end>\"}",
            "eos_token: expected a token of the vocabulary, found \"<end>\""),
        Arguments.of(
            "special_tokens_map.json",
            "{\"pad_token\":{\"content\":\"<pad>\"}}",
            "pad_token: expected a token of the vocabulary, found an object"),
        Arguments.of(
            "added_tokens.json",
            "{\"<|endoftext|>\": 3}",
            "added token \"<|endoftext|>\": expected id 0, found id 3"),
        Arguments.of(
            "added_tokens.json",
            "{\"<pad>\": 3}",
            "added token \"<pad>\": expected a unique id, found id 3 of \"#\""),
        Arguments.of("added_tokens.json", "[]", "JSON: expected an object, found an array"),
        Arguments.of(
            "tokenizer_config.json",
            "{\"added_tokens_decoder\":{\"x\":{}}}",
            "added_tokens_decoder: expected ids as keys, found \"x\""),
        Arguments.of(
            "tokenizer_config.json",
            "{\"added_tokens_decoder\":{\"5\":{\"content\":\"<|endoftext|>\"}}}",
            "added token \"<|endoftext|>\": expected id 0, found id 5"),
        Arguments.of(
            "tokenizer_config.json",
            "{\"add_prefix_space\":\"yes\"}",
            "add_prefix_space: expected true or false, found \"yes\""));
  }

  @ParameterizedTest
  @MethodSource("disagreements")
  void rejectsInconsistentFiles(String name, String json, String message) {
    assertThatThrownBy(() -> old(content("merges.txt"), Map.of(name, bytes(json))))
        .isInstanceOf(InputException.class)
        .hasMessage("folder/" + name + ": " + message);
  }
}
