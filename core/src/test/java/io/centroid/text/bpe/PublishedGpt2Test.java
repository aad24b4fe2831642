package io.centroid.text.bpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.text.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PublishedGpt2Test {
  private static final Path FILES =
      Path.of(System.getProperty("centroid.shared", "../shared"), "data", "gpt2-tokenizer");

  @Test
  void hasThePublishedVocabularyAndMerges() throws IOException {
    assumeTrue(Files.exists(FILES), FILES + " is missing");
    Tokenizer published = PublishedGpt2.tokenizer();
    ObjectMapper json = new ObjectMapper();

    assertThat(published.vocabularySize()).isEqualTo(50_257);
    assertThat(published.endOfText()).hasValue(50_256);
    assertThat(json.readTree(published.files().get("vocab.json")))
        .isEqualTo(json.readTree(FILES.resolve("vocab.json").toFile()));
    assertThat(merges(new String(published.files().get("merges.txt"), StandardCharsets.UTF_8)))
        .isEqualTo(merges(Files.readString(FILES.resolve("merges.txt"))));
  }

  private static List<String> merges(String text) {
    return text.lines().filter(line -> !line.startsWith("#version") && !line.isBlank()).toList();
  }
}
