package io.centroid.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Forms of a tokenizer's files by several releases of transformers. */
class TransformersTokenizerTest extends SmallTokenizerFiles {
  private static final String TEXT = " lower<|endoftext|> é low";
  private static final String SEQUENCE_A = "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}";

  static Stream<Arguments> harmless() {
    return Stream.of(
        Arguments.of("\"truncation\":null", "\"truncation\":{\"max_length\":2,\"stride\":0}"),
        Arguments.of("\"padding\":null", "\"padding\":{\"strategy\":{\"Fixed\":9}}"),
        Arguments.of(
            "\"normalizer\":null", "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[]}"),
        Arguments.of(
            "\"post_processor\":{\"type\":\"ByteLevel\"",
            "\"post_processor\":{\"type\":\"TemplateProcessing\",\"special_tokens\":{},\"single\":["
                + SEQUENCE_A
                + "]"),
        Arguments.of(
            "\"post_processor\":{\"type\":\"ByteLevel\"",
            "\"post_processor\":{\"type\":\"Sequence\",\"processors\":[{\"type\":\"ByteLevel\"},"
                + "{\"type\":\"TemplateProcessing\",\"single\":["
                + SEQUENCE_A
                + "]}]"),
        Arguments.of("\"dropout\":null", "\"dropout\":0.0"),
        Arguments.of("\"unk_token\":null", "\"unk_token\":\"<|endoftext|>\""),
        Arguments.of("\"continuing_subword_prefix\":null", "\"continuing_subword_prefix\":\"\""),
        Arguments.of("\"end_of_word_suffix\":null", "\"end_of_word_suffix\":\"\""));
  }

  @ParameterizedTest
  @MethodSource("harmless")
  void whatDoesNotChangeIdsIsRead(String part, String change) {
    assertThat(text("tokenizer.json")).contains(part);
    int[] expected = TokenizerFiles.of(TRAINED, "trained").encode(TEXT);
    assertThat(changed(part, change).encode(TEXT)).containsExactly(expected);
  }

  /** Brackets stand for the token, bars for the ends of the parts around it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "lstrip;low <m> low;low|[]| low",
        "lstrip;low \t\u3000<m>low;low|[]|low",
        "lstrip;  <m>  <m>;[]|[]",
        "rstrip;low <m> low;low |[]|low",
        "rstrip;<m> \u2003\t;[]",
        "single_word;low <m>, low;low |[]|, low",
        "single_word;low<m> low;low<m> low",
        "single_word;<m>é;<m>é",
        "single_word;<m>;[]",
        "single_word;_<m>;_<m>",
        "normalized;low <m> low;low |[]| low"
      })
  void addedTokensMatchAsTheySay(String flag, String text, String parts) {
    Tokenizer tokenizer =
        changed(
            "\"added_tokens\":[",
            "\"added_tokens\":[{\"id\":270,\"content\":\"<m>\",\"special\":true,\""
                + flag
                + "\":true},");
    IntStream expected = IntStream.empty();
    for (String part : parts.split("\\|", -1)) {
      expected =
          IntStream.concat(
              expected,
              part.equals("[]") ? IntStream.of(270) : IntStream.of(tokenizer.encodeOrdinary(part)));
    }
    assertThat(tokenizer.encode(text)).containsExactly(expected.toArray());
    byte[] written = tokenizer.files().getOrDefault("tokenizer.json", new byte[0]);
    assertThat(TokenizerFiles.of(Map.of("tokenizer.json", written), "again").encode(text))
        .containsExactly(tokenizer.encode(text));
  }

  @Test
  void aSpecialTokenMayBeAnObjectWithFlags() {
    String end = "{\"content\":\"<|endoftext|>\",\"lstrip\":true,\"rstrip\":true}";
    Tokenizer slow =
        old(
            content("merges.txt"),
            Map.of("tokenizer_config.json", bytes("{\"eos_token\":" + end + "}")));
    assertThat(slow.encode("low <|endoftext|> low"))
        .containsExactly(
            IntStream.concat(
                    IntStream.of(slow.encode("low<|endoftext|>")), IntStream.of(slow.encode("low")))
                .toArray());
    // tokenizer.json lists the token with its own flags.
    Tokenizer listed =
        TokenizerFiles.of(
            Map.of(
                "tokenizer.json", content("tokenizer.json"),
                "tokenizer_config.json", bytes("{\"eos_token\":" + end + "}")),
            "folder");
    assertThat(listed.encode("low <|endoftext|> low"))
        .containsExactly(TokenizerFiles.of(TRAINED, "trained").encode("low <|endoftext|> low"));
  }

  @ParameterizedTest
  @CsvSource({
    "GPT2Tokenizer, false, false",
    "GPT2TokenizerFast, '', false",
    "GPT2Tokenizer, true, true",
    "PreTrainedTokenizerFast, '', true",
    "PreTrainedTokenizerFast, true, true"
  })
  void theClassDecidesOnThePrefixSpace(String kind, String configured, boolean prefixed) {
    Tokenizer tokenizer =
        TokenizerFiles.of(
            Map.of(
                "tokenizer.json",
                bytes(
                    text("tokenizer.json")
                        .replaceFirst("\"add_prefix_space\":false", "\"add_prefix_space\":true")),
                "tokenizer_config.json",
                bytes(
                    "{\"tokenizer_class\":\""
                        + kind
                        + "\""
                        + (configured.isEmpty() ? "" : ",\"add_prefix_space\":" + configured)
                        + "}")),
            "folder");
    assertThat(tokenizer.decode(tokenizer.encode("low"))).isEqualTo(prefixed ? " low" : "low");
  }

  @ParameterizedTest
  @CsvSource({"add_bos_token", "add_eos_token"})
  void tokensThatTheConfigurationAddsAreRejected(String key) {
    Map<String, byte[]> config = Map.of("tokenizer_config.json", bytes("{\"" + key + "\": true}"));
    assertThatThrownBy(() -> old(content("merges.txt"), config))
        .isInstanceOf(InputException.class)
        .hasMessage("folder/tokenizer_config.json: " + key + ": expected false, found true");
    // With tokenizer.json its post-processor decides.
    Map<String, byte[]> whole = new HashMap<>(config);
    whole.put("tokenizer.json", content("tokenizer.json"));
    assertThat(TokenizerFiles.of(whole, "folder").encode(TEXT))
        .containsExactly(TokenizerFiles.of(TRAINED, "trained").encode(TEXT));
  }

  @Test
  void splitSpecialTokensAreRejected() {
    assertThatThrownBy(
            () ->
                old(
                    content("merges.txt"),
                    Map.of("tokenizer_config.json", bytes("{\"split_special_tokens\": true}"))))
        .hasMessageContaining("split_special_tokens: expected false, found true");
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"extra_special_tokens\": [\"low\"]}'",
    "'{\"extra_special_tokens\": {\"image_token\": \"low\"}}'",
    "'{\"additional_special_tokens\": [\"low\"]}'"
  })
  void otherSpecialTokensAreMatched(String config) {
    Tokenizer tokenizer =
        old(content("merges.txt"), Map.of("tokenizer_config.json", bytes(config)));
    int[] plain = tokenizer.encodeOrdinary("xlow");
    // As a special token it is not merged across its ends.
    assertThat(tokenizer.encode("low")).containsExactly(plain[plain.length - 1]);
    assertThatThrownBy(
            () ->
                old(
                    content("merges.txt"),
                    Map.of("tokenizer_config.json", bytes(config.replace("\"low\"", "\"zz\"")))))
        .hasMessageContaining("expected a token of the vocabulary, found \"zz\"");
  }
}
