package io.centroid.data.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.TextFile;
import io.centroid.data.documents.TextInputs;
import io.centroid.data.documents.TextPlan;
import io.centroid.data.tokenizing.CorpusFolder;
import io.centroid.data.tokenizing.ValidationRule;
import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorpusTest {
  private static final ValidationRule TAIL = new ValidationRule(0.1, ValidationRule.Kind.TAIL, 1);

  @TempDir private Path folder;
  private Path lines;
  private Path out;

  @BeforeEach
  void text() throws IOException {
    lines = folder.resolve("lines.txt");
    out = folder.resolve("out");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      text.append("line number ").append(i).append(", and no other\n");
    }
    Files.writeString(lines, text);
  }

  @Test
  void theCorpusDoesNotDependOnTaskOrderOrRetries() throws IOException {
    TextPlan plan = CorpusOnDisk.plan(DocumentKind.LINE, 1_000, lines);
    assertThat(plan.tasks()).hasSize(12);
    Corpus one = write("one", plan, 1);
    Corpus other = write("other", plan, 2);
    assertThat(other.manifest()).isEqualTo(one.manifest());
    assertThat(contents("other")).containsExactlyEntriesOf(contents("one"));
    one.verify();
  }

  @Test
  void theTailIsTheLastTokensOfTheCorpus() {
    TextPlan plan = CorpusOnDisk.plan(DocumentKind.LINE, 1_000, lines);
    Corpus whole = CorpusOnDisk.write(folder.resolve("whole"), plan, CorpusOnDisk.NONE);
    Corpus split = CorpusOnDisk.write(out, plan, TAIL);
    int[] ids = CorpusOnDisk.ids(whole, whole.manifest().training());
    int training = (int) (ids.length * 0.9);
    assertThat(CorpusOnDisk.ids(split, split.manifest().training()))
        .isEqualTo(Arrays.copyOf(ids, training));
    assertThat(CorpusOnDisk.ids(split, split.manifest().validation()))
        .isEqualTo(Arrays.copyOfRange(ids, training, ids.length));
    assertThat(whole.manifest().validation().parts()).isEmpty();
    assertThat(ids)
        .hasSize(400 * 7 + 400); // Words and punctuation, and an end-of-text token per line.
    split.verify();
  }

  @Test
  void validationHasWholeDocumentsForAnyShardSize() {
    ValidationRule rule = new ValidationRule(0.2, ValidationRule.Kind.DOCUMENTS, 5);
    Corpus small =
        CorpusOnDisk.write(
            folder.resolve("small"), CorpusOnDisk.plan(DocumentKind.LINE, 500, lines), rule);
    Corpus large =
        CorpusOnDisk.write(
            folder.resolve("large"), CorpusOnDisk.plan(DocumentKind.LINE, 1 << 20, lines), rule);
    int[] validation = CorpusOnDisk.ids(large, large.manifest().validation());
    assertThat(CorpusOnDisk.ids(small, small.manifest().validation())).isEqualTo(validation);
    assertThat(CorpusOnDisk.ids(small, small.manifest().training()))
        .isEqualTo(CorpusOnDisk.ids(large, large.manifest().training()));
    long heldOut = Arrays.stream(validation).filter(id -> id == WordTokenizer.WORDS).count();
    assertThat(validation).hasSize((int) heldOut * 8).endsWith(WordTokenizer.WORDS);
    assertThat(heldOut).isBetween(56L, 104L);
  }

  @Test
  void aFailureLeavesNoFiles() throws IOException {
    Files.writeString(
        lines, "a # that the tokenizer lacks\n", java.nio.file.StandardOpenOption.APPEND);
    TextPlan plan = CorpusOnDisk.plan(DocumentKind.LINE, 1_000, lines);
    assertThatThrownBy(() -> CorpusOnDisk.write(out, plan, TAIL))
        .isInstanceOf(InputException.class)
        .hasMessage(
            lines
                + ": text at byte "
                + (Files.size(lines) - 29)
                + ": the vocabulary has no U+0023");
    assertThat(names(folder)).containsExactly("lines.txt");
  }

  @Test
  void onlyACompleteCorpusReplacesAnExistingOne() throws IOException {
    TextPlan plan = CorpusOnDisk.plan(DocumentKind.LINE, 1_000, lines);
    Corpus first = CorpusOnDisk.write(out, plan, TAIL);
    assertThatThrownBy(() -> CorpusOnDisk.write(out, plan, TAIL))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("out: not empty; --overwrite replaces a corpus");
    try (CorpusFolder replacing = CorpusFolder.create(CorpusOnDisk.FILES, out.toString(), true)) {
      assertThat(Files.exists(out.resolve("manifest.json"))).isTrue();
      assertThat(replacing.staging().folder()).contains("/.inprogress-out-");
    }
    assertThat(Corpus.open(out.toString(), CorpusOnDisk.FILES).manifest())
        .isEqualTo(first.manifest());
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("thesis.txt"), "years of work");
    assertThatThrownBy(() -> CorpusFolder.create(CorpusOnDisk.FILES, other.toString(), true))
        .hasMessageContaining("not a corpus (no manifest.json)");
    assertThat(names(folder)).containsExactly("lines.txt", "other", "out");
  }

  @Test
  void rejectsAnInputInsideTheOutput() throws IOException {
    TextPlan plan = CorpusOnDisk.plan(null, 1_000, lines);
    try (CorpusFolder above =
        CorpusFolder.create(CorpusOnDisk.FILES, folder.resolve("new").toString(), false)) {
      above.requireNoInput(plan.files());
    }
    Path inside = Files.createDirectories(folder.resolve("in"));
    Files.copy(lines, inside.resolve("a.txt"));
    Files.writeString(inside.resolve("manifest.json"), "{}");
    try (CorpusFolder above = CorpusFolder.create(CorpusOnDisk.FILES, inside.toString(), true)) {
      TextPlan bad = CorpusOnDisk.plan(null, 1_000, inside.resolve("a.txt"));
      assertThatThrownBy(() -> above.requireNoInput(bad.files()))
          .hasMessageContaining("a.txt: the input is inside the output ");
    }
  }

  @Test
  void rejectsAnEmptyCorpus() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.txt"));
    Path blank = Files.writeString(folder.resolve("blank.txt"), "\n\n\r\n");
    assertThatThrownBy(() -> CorpusOnDisk.plan(null, 1_000, empty))
        .hasMessage("the corpus is empty: 1 empty files, expected text");
    TextPlan plan = CorpusOnDisk.plan(DocumentKind.LINE, 1_000, blank);
    assertThatThrownBy(() -> CorpusOnDisk.write(out, plan, TAIL))
        .isInstanceOf(InputException.class)
        .hasMessage("the corpus is empty: expected text");
    assertThat(names(folder)).containsExactly("blank.txt", "empty.txt", "lines.txt");
  }

  @Test
  void inputsAreFilesFoldersAndPatternsInOrder() throws IOException {
    Path deep = Files.createDirectories(folder.resolve("b/c"));
    for (String name : List.of("b/2.txt", "b/1.txt", "b/.hidden", "b/_SUCCESS", "b/c/3.jsonl.gz")) {
      Files.writeString(folder.resolve(name), "text");
    }
    Files.writeString(Files.createDirectories(folder.resolve("b/_temporary")).resolve("x"), "text");
    List<String> inputs =
        List.of(lines.toString(), folder.resolve("b").toString(), folder + "/b/[12].txt");
    List<TextFile> found =
        TextInputs.find(CorpusOnDisk.FILES, inputs, null, CorpusOnDisk.options(false), note -> {});
    assertThat(found.stream().map(file -> Path.of(file.path().replace("file:", "")).getFileName()))
        .extracting(Path::toString)
        .containsExactly("lines.txt", "1.txt", "2.txt", "3.jsonl.gz", "1.txt", "2.txt");
    assertThat(found.get(3))
        .isEqualTo(new TextFile(deep + "/3.jsonl.gz", 4, DocumentKind.JSONL, false));
    assertThatThrownBy(
            () ->
                TextInputs.find(
                    CorpusOnDisk.FILES,
                    List.of(folder + "/none*"),
                    null,
                    CorpusOnDisk.options(false),
                    note -> {}))
        .isInstanceOf(InputException.class)
        .hasMessage(folder + "/none*: no such file or directory");
  }

  @Test
  void rejectsAShardOfAnotherLength() throws IOException {
    Corpus corpus = corpus();
    Path part = out.resolve("train-00003.bin");
    Files.write(part, Arrays.copyOf(Files.readAllBytes(part), 10));
    assertThatThrownBy(() -> Corpus.open(out.toString(), CorpusOnDisk.FILES))
        .isInstanceOf(InputException.class)
        .hasMessageMatching(".*train-00003.bin: expected \\d+ bytes as in manifest.json, found 10");
    Files.delete(part);
    assertThatThrownBy(() -> Corpus.open(out.toString(), CorpusOnDisk.FILES))
        .hasMessageEndingWith("found no such file");
    assertThat(corpus.manifest().training().parts()).hasSize(11);
  }

  @Test
  void detectsAChangedShardByItsHash() throws IOException {
    Corpus corpus = corpus();
    Path part = out.resolve("validation-00011.bin");
    byte[] bytes = Files.readAllBytes(part);
    bytes[5] ^= 1;
    Files.write(part, bytes);
    assertThatThrownBy(corpus::verify)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("validation-00011.bin: expected SHA-256 ");
    Files.writeString(out.resolve("words.txt"), "others");
    assertThatThrownBy(corpus::tokenizerFiles).hasMessageContaining("words.txt: expected SHA-256 ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      textBlock =
          """
          "version" : 1          > "version" : 2           > key version: expected 1, found 2
          "format" : "centroid   > "format" : "other       > key format: expected
          "idBytes" : 4          > "idBytes" : 2           > key idBytes: expected 4, found 2
          train-00002.bin        > ../../etc/passwd        > key splits.train.parts[2].name: expected
          train-00002.bin        > validation-00002.bin    > key splits.train.parts[2].name: expected a part of train
          "documents" : 400      > "documents" : -1        > key counts.documents: expected 0 or more, found -1
          "documents" : 400,     > ''                      > key counts.documents is missing
          "vocabulary" : 100001  > "vocabulary" : "many"   > key tokenizer.vocabulary: expected an integer, found the string "many"
          "tokens" : 3200        > "tokens" : 3201         > key tokens: expected 3200, found 3201
          "words.txt"            > "../words.txt"          > key tokenizer.files: expected names of files
          "splits" : {           > "splits" : [            > is not the expected JSON at line
          "version" : 1          > "version" : 1, "version" : 1 > is not the expected JSON at line 3 column
          "idBytes" : 4          > "idBytes" : "4"         > key idBytes: expected an integer
          "counts" : {           > "more" : 1, "counts" : { > key more is unknown
          "counts" : {           > "more" : [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[, "counts" : { > is not the expected JSON: Depth (101) exceeds
          """)
  void parsesTheManifestStrictly(String from, String to, String message) throws IOException {
    corpus();
    Path manifest = out.resolve("manifest.json");
    String json = Files.readString(manifest);
    assertThat(json).contains(from);
    Files.writeString(manifest, json.replace(from, to));
    assertThatThrownBy(() -> Corpus.open(out.toString(), CorpusOnDisk.FILES))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(manifest.toString())
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void rejectsAFolderWithoutACorpus() {
    assertThatThrownBy(() -> Corpus.open(folder.toString(), CorpusOnDisk.FILES))
        .isInstanceOf(InputException.class)
        .hasMessage(folder + "/manifest.json: no such file or directory");
    assertThatThrownBy(() -> Corpus.open(lines.toString(), CorpusOnDisk.FILES))
        .hasMessage(lines + ": is a file, expected the folder that prepare wrote");
  }

  private Corpus corpus() {
    return CorpusOnDisk.write(out, CorpusOnDisk.plan(DocumentKind.LINE, 1_000, lines), TAIL);
  }

  private Corpus write(String name, TextPlan plan, long order) {
    return CorpusOnDisk.write(
        folder.resolve(name),
        plan,
        TAIL,
        new WordTokenizer(true),
        CorpusOnDisk.options(false),
        order);
  }

  private TreeMap<String, List<Byte>> contents(String name) throws IOException {
    TreeMap<String, List<Byte>> contents = new TreeMap<>();
    for (String file : names(folder.resolve(name))) {
      List<Byte> bytes = new ArrayList<>();
      for (byte value : Files.readAllBytes(folder.resolve(name).resolve(file))) {
        bytes.add(value);
      }
      contents.put(file, bytes);
    }
    return contents;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
