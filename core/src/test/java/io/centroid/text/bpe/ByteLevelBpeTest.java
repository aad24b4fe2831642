package io.centroid.text.bpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.random.RandomStream;
import io.centroid.text.Gpt2Files;
import io.centroid.text.PlainBpe;
import io.centroid.text.RandomTexts;
import io.centroid.text.Tokenizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** GPT-2's byte-level BPE. */
class ByteLevelBpeTest {
  @Test
  void promptsHaveHuggingFacesIds() throws IOException {
    Tokenizer gpt2 = Gpt2Files.tokenizer();
    JsonNode expected = new ObjectMapper().readTree(Gpt2Files.expected().toFile());
    assertThat(expected.get("prompts")).isNotEmpty();
    for (JsonNode prompt : expected.get("prompts")) {
      assertThat(gpt2.encode(prompt.get("text").asText())).isEqualTo(ids(prompt.get("ids")));
      assertThat(gpt2.decode(ids(prompt.get("greedy_ids"))))
          .isEqualTo(prompt.get("greedy_text").asText());
    }
  }

  @Test
  void shakespeareHasThePublishedNumberOfTokens() throws IOException {
    Tokenizer gpt2 = Gpt2Files.tokenizer();
    String text = Gpt2Files.shakespeare();
    int[] ids = gpt2.encodeOrdinary(text);
    assertThat(ids).hasSize(338_025);
    assertThat(gpt2.decode(ids)).isEqualTo(text);
    assertThat(gpt2.vocabularySize()).isEqualTo(50_257);
    assertThat(gpt2.endOfText()).hasValue(50_256);
  }

  @ParameterizedTest
  @MethodSource("awkward")
  void awkwardTextsHaveHuggingFacesIds(String text, List<Integer> expected) {
    Tokenizer gpt2 = Gpt2Files.tokenizer();
    int[] ids = gpt2.encode(text);
    assertThat(ids).containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());
    assertThat(gpt2.decode(ids)).isEqualTo(text);
  }

  /** Ids by GPT2TokenizerFast of transformers 5.18 with tokenizers 0.23.2. */
  static Stream<Arguments> awkward() {
    return Stream.of(
        Arguments.of("", List.of()),
        Arguments.of("It's we're I'll", List.of(1026, 338, 356, 821, 314, 1183)),
        Arguments.of("'S DON'T", List.of(6, 50, 23917, 6, 51)),
        Arguments.of("1234567", List.of(10163, 2231, 3134)),
        Arguments.of("\t\n", List.of(197, 198)),
        Arguments.of("a \r\n", List.of(64, 220, 201, 198)),
        Arguments.of("  \n\n  a\n", List.of(220, 220, 628, 220, 257, 198)),
        Arguments.of("x   ", List.of(87, 220, 220, 220)),
        Arguments.of("\0", List.of(188)),
        Arguments.of("\u001c\u001f a", List.of(216, 219, 257)),
        Arguments.of("\u00a0\u0085\u2028y", List.of(1849, 126, 227, 447, 101, 88)),
        Arguments.of("\u180e\u200b", List.of(157, 254, 236, 9525)),
        Arguments.of("e\u0301", List.of(68, 136, 223)),
        Arguments.of("你好", List.of(19526, 254, 25001, 121)),
        Arguments.of("नम", List.of(11976, 101, 11976, 106)),
        Arguments.of("مرحبا ب", List.of(25405, 26897, 148, 255, 39848, 12919, 17550, 101)),
        Arguments.of("👩\u200d💻 ok", List.of(41840, 102, 447, 235, 8582, 240, 119, 12876)),
        Arguments.of("ⅷ²½ ٣", List.of(158, 227, 115, 31185, 23141, 18923, 96)),
        Arguments.of("<|endoftext|>a<|endoftext|>", List.of(50256, 64, 50256)));
  }

  @Test
  void ordinaryTextCannotForgeTheEndOfText() {
    Tokenizer gpt2 = Gpt2Files.tokenizer();
    int[] ids = gpt2.encodeOrdinary("a<|endoftext|>");
    assertThat(ids).doesNotContain(50_256).hasSizeGreaterThan(4);
    assertThat(gpt2.decode(ids)).isEqualTo("a<|endoftext|>");
    assertThat(gpt2.bytes(50_256)).asString(StandardCharsets.UTF_8).isEqualTo("<|endoftext|>");
    assertThat(gpt2.bytes(50_257)).isEmpty();
    assertThat(gpt2.bytes(-1)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud800", "a\udc00", "\udc00\ud800 b", "\ud83d"})
  void unpairedSurrogatesAreReplaced(String text) {
    Tokenizer gpt2 = Gpt2Files.tokenizer();
    String replaced = text.replaceAll("[\\ud800-\\udfff]", "\ufffd");
    assertThat(gpt2.encode(text)).isEqualTo(gpt2.encode(replaced));
    assertThat(gpt2.decode(gpt2.encodeOrdinary(text))).isEqualTo(replaced);
  }

  @Test
  void invalidUtf8IsReplacedOnDecoding() {
    Tokenizer gpt2 = Gpt2Files.tokenizer();
    assertThat(gpt2.decode(new int[] {19526, 254})).isEqualTo("你");
    assertThat(gpt2.decode(new int[] {19526})).isEqualTo("\ufffd");
    assertThat(gpt2.bytes(19526)).containsExactly(0xe4, 0xbd);
    // An encoded surrogate: Hugging Face replaces each byte.
    assertThat(gpt2.decode(new int[] {85, 169, 95, 112})).isEqualTo("v\ufffd\ufffd\ufffd");
  }

  @Test
  void agreesWithPlainBpeOnRandomTexts() throws IOException {
    Tokenizer gpt2 = Gpt2Files.tokenizer();
    PlainBpe plain = plain(gpt2);
    RandomStream random = new RandomStream(7);
    for (int i = 0; i < 400; i++) {
      String text = RandomTexts.next(random, 60);
      assertThat(gpt2.encodeOrdinary(text)).as("text %d", i).isEqualTo(plain.encode(text));
    }
  }

  @Test
  void encodingInPartsAgreesWithTheWhole() {
    Tokenizer gpt2 = Gpt2Files.tokenizer();
    RandomStream random = new RandomStream(8);
    StringBuilder text = new StringBuilder();
    List<Integer> expected = new ArrayList<>();
    while (text.length() < 400_000) {
      // The final letter makes the next text's leading spaces begin new pre-tokens.
      String part = "\n" + RandomTexts.next(random, 200) + "z";
      text.append(part);
      Arrays.stream(gpt2.encodeOrdinary(part)).forEach(expected::add);
    }
    assertThat(gpt2.encodeOrdinary(text.toString()))
        .isEqualTo(expected.stream().mapToInt(Integer::intValue).toArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "ab", " ", "\n", "!", "中", "0", "\u0301"})
  void encodesAMegabyteWithoutSpacesInSeconds(String unit) {
    Tokenizer gpt2 = Gpt2Files.tokenizer();
    String text = unit.repeat((1 << 20) / unit.getBytes(StandardCharsets.UTF_8).length) + "x";
    int[] ids = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> gpt2.encodeOrdinary(text));
    assertThat(gpt2.decode(ids)).isEqualTo(text);
  }

  @Test
  void agreesWithPlainBpeOnLongWords() throws IOException {
    Tokenizer gpt2 = Gpt2Files.tokenizer();
    PlainBpe plain = plain(gpt2);
    RandomStream random = new RandomStream(9);
    for (int length : new int[] {498, 499, 500, 501, 900}) {
      StringBuilder word = new StringBuilder();
      while (word.length() < length) {
        word.append((char) ('a' + random.nextInt(4)));
      }
      assertThat(gpt2.encodeOrdinary(word.toString())).isEqualTo(plain.encode(word.toString()));
      String same = "a".repeat(length);
      assertThat(gpt2.encodeOrdinary(same)).isEqualTo(plain.encode(same));
    }
  }

  @Test
  @SuppressWarnings("BanSerializableRead")
  void survivesSerialization() throws Exception {
    Tokenizer sent = Gpt2Files.tokenizer();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sent);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Tokenizer received = (Tokenizer) in.readObject();
      assertThat(received.encode("Once upon a time")).containsExactly(7454, 2402, 257, 640);
      assertThat(received.files()).containsExactlyEntriesOf(sent.files());
    }
  }

  private static PlainBpe plain(Tokenizer tokenizer) throws IOException {
    JsonNode json = new ObjectMapper().readTree(tokenizer.files().get("vocab.json"));
    Map<String, Integer> ids = new HashMap<>();
    json.fields().forEachRemaining(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
    String merges =
        new String(
            tokenizer.files().getOrDefault("merges.txt", new byte[0]), StandardCharsets.UTF_8);
    return new PlainBpe(ids, merges.lines().skip(1).map(line -> line.split(" ", -1)).toList());
  }

  private static int[] ids(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).asInt();
    }
    return ids;
  }
}
