package io.centroid.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loading of tokenizers from files. */
class TokenizerFilesTest extends SmallTokenizerFiles {
  @TempDir private Path folder;

  @Test
  void readsTheSameFromAnyFileSystem() throws IOException {
    HadoopFiles hadoop = new HadoopFiles(new Configuration());
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(folder.toUri());
    assertThat(TokenizerFiles.present(hadoop, path)).isFalse();
    Files.write(folder.resolve("vocab.json"), content("vocab.json"));
    assertThat(TokenizerFiles.present(hadoop, path)).isFalse();
    Files.write(folder.resolve("merges.txt"), content("merges.txt"));
    assertThat(TokenizerFiles.present(hadoop, path)).isTrue();

    int[] ids = TokenizerFiles.of(TRAINED, "trained").encode("slower<|endoftext|>");
    assertThat(TokenizerFiles.read(hadoop, path).encode("slower<|endoftext|>")).isEqualTo(ids);
    assertThat(TokenizerFiles.read(folder).encode("slower<|endoftext|>")).isEqualTo(ids);
    Files.delete(folder.resolve("vocab.json"));
    Files.write(folder.resolve("tokenizer.json"), content("tokenizer.json"));
    assertThat(TokenizerFiles.present(hadoop, path)).isTrue();
    assertThat(TokenizerFiles.read(hadoop, path).encode("slower<|endoftext|>")).isEqualTo(ids);
    Files.delete(folder.resolve("tokenizer.json"));
    Files.createDirectory(folder.resolve("tokenizer.json"));
    assertThatThrownBy(() -> TokenizerFiles.read(hadoop, path))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("tokenizer.json: is a directory, expected a file");
    assertThat(TokenizerFiles.present(hadoop, new org.apache.hadoop.fs.Path(path, "none")))
        .isFalse();
  }

  @Test
  void writesUnchangedFilesByteForByte() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("vocab.json", bytes(" " + text("vocab.json") + "\n\n"));
    files.put("merges.txt", bytes(text("merges.txt").replace("\n", "\r\n")));
    files.put("special_tokens_map.json", bytes("{ \"eos_token\" : \"<|endoftext|>\"}"));
    Map<String, byte[]> written = TokenizerFiles.of(files, "folder").files();
    assertThat(written).containsAllEntriesOf(files);
    assertThat(written.get("tokenizer.json")).isEqualTo(content("tokenizer.json"));
    assertThat(written).containsKey("tokenizer_config.json").hasSize(5);
  }

  @Test
  void reportsAMissingFile() throws IOException {
    assertThatThrownBy(() -> TokenizerFiles.read(folder))
        .isInstanceOf(InputException.class)
        .hasMessage(
            folder
                + ": tokenizer: expected tokenizer.json, or vocab.json and merges.txt,"
                + " found no vocab.json");
    Files.write(folder.resolve("vocab.json"), content("vocab.json"));
    assertThatThrownBy(() -> TokenizerFiles.read(folder))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("found no merges.txt");
  }

  @Test
  void rejectsATooLargeFile() throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve("tokenizer.json").toFile(), "rw")) {
      file.setLength(65L << 20);
    }
    assertThatThrownBy(() -> TokenizerFiles.read(folder))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("length: expected at most 67108864 bytes, found more");
  }

  @Test
  void addedTokensAreFoundLongestFirst() {
    String added =
        """
        "added_tokens":[{"id":300,"content":"<a>"},{"id":301,"content":"<a><b>"},\
        {"id":302,"content":"★","special":true},\
        """;
    Tokenizer tokenizer = changed("\"added_tokens\":[", added);
    assertThat(tokenizer.vocabularySize()).isEqualTo(303);
    assertThat(tokenizer.encode("<a><b><a>★")).containsExactly(301, 300, 302);
    assertThat(tokenizer.encode("<a>low")).startsWith(300);
    assertThat(tokenizer.encodeOrdinary("<a>")).hasSize(3);
    assertThat(tokenizer.decode(new int[] {301, 302, 299})).isEqualTo("<a><b>★");
    assertThat(TokenizerFiles.of(tokenizer.files(), "again").encode("<a><b><a>★"))
        .containsExactly(301, 300, 302);
  }

  @Test
  void addsAPrefixSpaceIfConfigured() {
    String json = text("tokenizer.json");
    String prefixed = json.replaceFirst("\"add_prefix_space\":false", "\"add_prefix_space\":true");
    Tokenizer plain = TokenizerFiles.of(Map.of("tokenizer.json", bytes(json)), "plain");
    Tokenizer spaced = TokenizerFiles.of(Map.of("tokenizer.json", bytes(prefixed)), "spaced");
    assertThat(spaced.encode("low")).isEqualTo(plain.encode(" low"));
    assertThat(spaced.encode(" low")).isEqualTo(plain.encode(" low"));
    assertThat(spaced.encode("")).isEmpty();
    assertThat(spaced.encodeOrdinary("")).isEmpty();
    assertThat(spaced.encode("a<|endoftext|>b")).isEqualTo(plain.encode(" a<|endoftext|> b"));
    Tokenizer old =
        TokenizerFiles.of(
            Map.of(
                "vocab.json", content("vocab.json"),
                "merges.txt", content("merges.txt"),
                "tokenizer_config.json", bytes("{\"add_prefix_space\": true}")),
            "old");
    assertThat(old.encode("low")).isEqualTo(plain.encode(" low"));
    assertThatThrownBy(
            () ->
                TokenizerFiles.of(
                    Map.of(
                        "tokenizer.json", bytes(prefixed),
                        "tokenizer_config.json", bytes("{\"add_prefix_space\": false}")),
                    "folder"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "folder/tokenizer.json: pre_tokenizer.add_prefix_space:"
                + " expected false as in tokenizer_config.json, found true");
  }

  @Test
  void reportsTheOffsetOfAByteOutsideTheVocabulary() {
    Map<String, byte[]> files =
        Map.of("vocab.json", bytes("{\"a\":0,\"b\":1,\"ab\":2}"), "merges.txt", bytes("a b\n"));
    Tokenizer tokenizer = TokenizerFiles.of(files, "folder");
    assertThat(tokenizer.vocabularySize()).isEqualTo(3);
    assertThat(tokenizer.endOfText()).isEmpty();
    assertThat(tokenizer.encode("ababb")).containsExactly(2, 2, 1);
    assertThatThrownBy(() -> tokenizer.encode("ab\u00e9"))
        .isInstanceOf(InputException.class)
        .hasMessage("character U+00E9 at offset 2: its byte 0xc3 is not in the vocabulary");
    assertThat(TokenizerFiles.of(tokenizer.files(), "again").encode("ababb"))
        .containsExactly(2, 2, 1);
  }

  @Test
  void readsMergesAsPairsOfStrings() {
    String whole = text("tokenizer.json");
    int merges = whole.indexOf("\"merges\"");
    String json =
        whole.substring(0, merges)
            + whole.substring(merges).replaceAll("\"([^\"\\s]+) ([^\"\\s]+)\"", "[\"$1\",\"$2\"]");
    assertThat(json).contains("[\"l\",\"o\"]");
    assertThat(TokenizerFiles.of(Map.of("tokenizer.json", bytes(json)), "pairs").encode("lower"))
        .isEqualTo(TokenizerFiles.of(TRAINED, "trained").encode("lower"));
  }

  @Test
  void theConfigurationDefinesTheEndOfText() {
    Tokenizer tokenizer =
        old(
            content("merges.txt"),
            Map.of(
                "added_tokens.json", bytes("{\"<end>\": 262}"),
                "tokenizer_config.json", bytes("{\"eos_token\": {\"content\": \"<end>\"}}"),
                "special_tokens_map.json",
                    bytes("{\"eos_token\": \"<end>\", \"additional_special_tokens\": [\"low\"]}")));
    assertThat(tokenizer.endOfText()).hasValue(262);
    assertThat(tokenizer.vocabularySize()).isEqualTo(263);
    assertThat(tokenizer.encode("<end><|endoftext|>")).containsExactly(262, 0);
    assertThat(tokenizer.encode("xlow")).hasSize(2);
    assertThatThrownBy(
            () ->
                old(
                    content("merges.txt"),
                    Map.of(
                        "tokenizer_config.json", bytes("{\"eos_token\": \"<|endoftext|>\"}"),
                        "special_tokens_map.json", bytes("{\"eos_token\": \"low\"}"))))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "folder/special_tokens_map.json: eos_token: expected \"<|endoftext|>\""
                + " as in tokenizer_config.json, found \"low\"");
  }
}
