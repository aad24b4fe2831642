package io.centroid.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.error.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invalid options and prompts of {@code generate}. */
class GenerateFaultsIT extends LanguageFaults {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --prompt caf\u00e9                  | prompt 0: character U+0066 at offset 2: not in the vocabulary
          --prompt the --prompt caf\u00e9     | prompt 1: character U+0066 at offset 2: not in the vocabulary
          --prompt=                           | prompt 0 is empty: expected a token, since the tokenizer has no end-of-text to start from
          --prompt the --max-new-tokens 0     | the number of new tokens must be >= 1: 0
          --prompt the --temperature -1       | temperature must be 0, or from 0.001 to 1000: -1.0
          --prompt the --temperature NaN      | temperature must be 0, or from 0.001 to 1000: NaN
          --prompt the --top-k -1             | top-k must be 0 (all) or more: -1
          --prompt the --top-p 1.5            | top-p must be above 0 and at most 1: 1.5
          --prompt the --stop=                | a stop string must not be empty
          --prompt the --stop-token 16        | a stop token must be an id below 16: 16
          --prompt the --threads 0            | generation threads must be >= 1: 0
          --prompt the --prompt-lookup -1     | draft tokens must be from 0 to 15: -1
          --prompt the_cat_sees_the_dog --overflow stop | prompt 0 has 20 tokens: expected at most the model's 16 positions
          """)
  void rejectsInvalidPromptsAndOptions(String options, String message) {
    Object[] words =
        Stream.of(options.strip().split(" +")).map(word -> word.replace('_', ' ')).toArray();
    rejects(message, "generate", folder.resolve("run"), words);
    rejects(message, "generate", folder.resolve("run"), words, "--json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          the\\n\\ncat\\n             |               | DIR/prompts.txt: line 2 is empty: expected a token, since the tokenizer has no end-of-text to start from
          the\\ncaf\u00e9\\n          |               | DIR/prompts.txt: line 2: character U+0066 at offset 2: not in the vocabulary
          the\\nthe cat sees the dog\\n | --overflow=stop | DIR/prompts.txt: line 2 has 20 tokens: expected at most the model's 16 positions
          the\\nthe cat sees the dog\\n | --score       | DIR/prompts.txt: line 2: a text of 20 tokens exceeds the model's 16 positions
          the\\ncaBAD                |               | DIR/prompts.txt: byte 6: expected text in UTF-8, found byte 0xFF; convert another encoding: iconv -f WINDOWS-1252 -t UTF-8
          EMPTY                       |               | DIR/prompts.txt: is empty, expected one prompt per line
          """)
  void rejectsInvalidPromptFiles(String lines, String option, String message) throws IOException {
    Path prompts = folder.resolve("prompts.txt");
    String text = lines.replace("\\n", "\n").replace("EMPTY", "").replace("BAD", "\u00ff");
    Files.write(prompts, text.getBytes(text.contains("\u00ff") ? ISO_8859_1 : UTF_8));
    List<Object> options = new ArrayList<>(List.of("--out", folder.resolve("new")));
    if (option != null) {
      options.add(option);
    }
    rejects(
        message, "generate", folder.resolve("run"), "--prompts", prompts, options.toArray(), SPARK);
  }

  @Test
  void rejectsPromptsThatAreNotAFile() {
    rejects(
        "DIR/model: is a folder, expected a file with one prompt per line",
        "generate",
        folder.resolve("run"),
        "--prompts",
        folder.resolve("model"),
        SPARK);
    rejects(
        "DIR/none.txt: no such file or directory",
        "generate",
        folder.resolve("run"),
        "--prompts",
        folder.resolve("none.txt"),
        SPARK);
  }

  @Test
  void rejectsAFileOfPromptsWithAColon() throws IOException {
    Path prompts = Files.writeString(folder.resolve("a:b.txt"), "the\n");
    rejects(
        "DIR/a:b.txt: the name of a file of prompts must not have a colon: rename it",
        "generate",
        folder.resolve("run"),
        "--prompts",
        prompts,
        SPARK);
  }

  @Test
  void publishesOutputAtomically() throws IOException {
    String name = "prompts,[1] {a,b}*?\\d.txt"; // Neither a pattern nor a list of files.
    Path prompts = Files.writeString(folder.resolve(name), "the\ncat\n");
    Object[] generate = {
      "generate", folder.resolve("run"), "--prompts", prompts, "--out", folder.resolve("new"), SPARK
    };
    done(generate);
    assertThat(names(folder)).containsExactly("corpus", "model", "new", name, "run");
    assertThat(Files.readAllLines(folder.resolve("new").resolve("part-00000"))).hasSize(2);
    Files.delete(folder.resolve("new").resolve("_SUCCESS"));
    Done again = centroid(generate);
    assertThat(again.exitCode()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(again.errors())
        .containsExactly(
            "centroid: --out " + folder.resolve("new") + " already exists, expected a new folder");
    assertThat(folder.resolve("new").resolve("_SUCCESS")).doesNotExist();
  }
}
