package io.centroid.data.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.data.documents.DocumentKind;
import io.centroid.data.tokenizing.SpecialTokenRule;
import io.centroid.error.InputException;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import io.centroid.text.bpe.BpeTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Special tokens that the text of a corpus spells. */
class SpecialTokensInTextTest {
  private static final String END = "<|endoftext|>";
  private static final List<String> ADDED = List.of("<|im start|>", "\n\n<s>", "aXa");
  private static final String[] WORDS = {
    END,
    "<|im start|>",
    "\n\n<s>",
    "aXa",
    "Xa",
    "<|end",
    "oftext|>",
    "<|im",
    " start|>",
    " ",
    "\n",
    "word",
    "two  ",
    "été",
    "日本"
  };

  @TempDir Path folder;

  private final Map<Integer, Long> counts = new TreeMap<>();

  @ParameterizedTest
  @CsvSource({"64,true", "64,false", "100,true", "100,false", "999,true", "1000000,true"})
  void tokensAndCountsDoNotDependOnTheSplitsOfAFile(long shard, boolean prefixSpace)
      throws IOException {
    Tokenizer tokenizer = tokenizer(prefixSpace);
    for (int seed = 0; seed < 8; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 600; i++) {
        text.append(WORDS[random.nextInt(WORDS.length)]);
      }
      Path file = Files.writeString(folder.resolve("text" + seed), text);
      int[] recognized = tokenizer.encode(text.toString());
      Map<Integer, Long> expected = new TreeMap<>();
      for (int id : recognized) {
        if (tokenizer.added().tokens().stream().anyMatch(token -> token.id() == id)) {
          expected.merge(id, 1L, Long::sum);
        }
      }
      assertThat(ids(file, shard, tokenizer, SpecialTokenRule.RECOGNIZE)).isEqualTo(recognized);
      assertThat(counts).isEqualTo(expected).hasSize(4);
      assertThat(ids(file, shard, tokenizer, SpecialTokenRule.TEXT))
          .isEqualTo(tokenizer.encodeOrdinary(text.toString()));
      assertThat(counts).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(DocumentKind.class)
  void aTokenAtTheEndOfAPieceIsNotCut(DocumentKind kind) throws IOException {
    Tokenizer tokenizer = tokenizer(false);
    for (int cut : new int[] {1, 8}) {
      // Without white space, pieces end after 4 MiB.
      int before = (4 << 20) - cut;
      String text = "a1".repeat(before).substring(0, before) + END + "b2".repeat(300);
      String stored = kind == DocumentKind.JSONL ? "{\"text\":\"" + text + "\"}" : text;
      Path file = Files.writeString(folder.resolve("long"), stored);
      int[] ids = ids(kind, file, 1 << 20, tokenizer, SpecialTokenRule.RECOGNIZE);
      assertThat(counts).isEqualTo(Map.of(tokenizer.endOfText().orElseThrow(), 1L));
      int[] expected = tokenizer.encode(text);
      assertThat(ids).startsWith(expected);
      assertThat(ids.length - expected.length).isEqualTo(kind == DocumentKind.FILE ? 0 : 1);
    }
  }

  @Test
  void aDocumentThatEndsWithItsTokenGetsNoSecondOne() throws IOException {
    Tokenizer tokenizer = tokenizer(false);
    int end = tokenizer.endOfText().orElseThrow();
    Path file = Files.writeString(folder.resolve("lines"), "a" + END + "\nb\n");
    assertThat(ids(DocumentKind.LINE, file, 1000, tokenizer, SpecialTokenRule.RECOGNIZE))
        .containsExactly(tokenizer.encode("a")[0], end, tokenizer.encode("b")[0], end);
  }

  @Test
  void aTokenizerWithoutSpecialTokensRecognizesNone() throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "a" + END);
    assertThatThrownBy(() -> ids(file, 1000, new WordTokenizer(true), SpecialTokenRule.RECOGNIZE))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "--special-tokens recognize: expected a tokenizer with special tokens, found none");
  }

  private int[] ids(Path file, long shard, Tokenizer tokenizer, SpecialTokenRule rule) {
    return ids(DocumentKind.FILE, file, shard, tokenizer, rule);
  }

  private int[] ids(
      DocumentKind kind, Path file, long shard, Tokenizer tokenizer, SpecialTokenRule rule) {
    counts.clear();
    Corpus corpus =
        CorpusOnDisk.write(
            folder.resolve("out-" + System.nanoTime()),
            CorpusOnDisk.plan(kind, shard, file),
            CorpusOnDisk.NONE,
            tokenizer,
            CorpusOnDisk.options(false),
            7,
            rule,
            counts::putAll);
    return CorpusOnDisk.ids(corpus, corpus.manifest().training());
  }

  private static Tokenizer tokenizer(boolean prefixSpace) throws IOException {
    TreeMap<String, Long> words = new TreeMap<>(Map.of("word", 9L, " start", 5L, "end", 4L));
    Map<String, byte[]> files = new LinkedHashMap<>(BpeTraining.train(words, 270, 1).files());
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(files.get(TokenizerFiles.TOKENIZER));
    int id = json.path("model").path("vocab").size();
    for (String token : ADDED) {
      json.withArray("added_tokens")
          .addObject()
          .put("id", id++)
          .put("content", token)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    ((ObjectNode) json.path("pre_tokenizer")).put("add_prefix_space", prefixSpace);
    return TokenizerFiles.of(Map.of(TokenizerFiles.TOKENIZER, mapper.writeValueAsBytes(json)), "t");
  }
}
