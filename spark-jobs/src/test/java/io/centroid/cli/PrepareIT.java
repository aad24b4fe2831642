package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.data.corpus.Corpus;
import io.centroid.data.corpus.TokenSource;
import io.centroid.error.ExitCode;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code prepare} as scripts use it, on an embedded Spark. */
class PrepareIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SHARED = Path.of(System.getProperty("centroid.shared", "../shared"));
  private static final Path SHAKESPEARE = SHARED.resolve("data/text/tinyshakespeare.txt");
  private static final Path GPT2 = SHARED.resolve("data/gpt2-tokenizer");

  @TempDir private Path folder;

  @Test
  void outputIsIdenticalOnAnyNumberOfExecutors() throws IOException {
    Path text = folder.resolve("text");
    Files.createDirectories(text);
    for (int file = 0; file < 6; file++) {
      Files.writeString(text.resolve(file + ".txt"), sentences(file, 300 * file));
    }
    Done one = prepare("one", text, "--tokenizer", "characters", "--shard-size", "5k", "local[1]");
    Done two = prepare("two", text, "--tokenizer", "characters", "--shard-size", "5k", "local[2]");
    assertThat(one.exitCode).as(one.err).isZero();
    assertThat(two.json().path("sha256")).isEqualTo(one.json().path("sha256"));
    List<String> names = names(folder.resolve("one"));
    assertThat(names).hasSizeGreaterThan(8).contains("manifest.json", "tokenizer.json");
    assertThat(names(folder.resolve("two"))).isEqualTo(names);
    for (String name : names) {
      assertThat(folder.resolve("two").resolve(name))
          .hasSameBinaryContentAs(folder.resolve("one").resolve(name));
    }
    JsonNode result = one.json();
    List<String> keys = new ArrayList<>();
    result.fieldNames().forEachRemaining(keys::add);
    assertThat(keys)
        .containsExactly(
            "out",
            "documents",
            "tokens",
            "trainingTokens",
            "validationTokens",
            "vocabulary",
            "duplicates",
            "replaced",
            "bytes",
            "sha256",
            "seconds");
    assertThat(result.path("documents").asInt()).isEqualTo(5);
    assertThat(result.path("tokens")).isEqualTo(result.path("bytes"));
    Corpus.open(folder.resolve("one").toString(), new Configuration()).verify();
  }

  @Test
  void characterCorpusHasTheSplitOfNanoGpt() throws IOException {
    assumeTrue(Files.exists(SHAKESPEARE), "no " + SHAKESPEARE);
    Done done = prepare("out", SHAKESPEARE, "--tokenizer", "characters", "--shard-size", "200k");
    assertThat(done.exitCode).as(done.err).isZero();
    assertThat(done.json().path("vocabulary").asInt()).isEqualTo(65);
    assertThat(done.json().path("tokens").asInt()).isEqualTo(1_115_394);
    assertThat(done.json().path("trainingTokens").asInt()).isEqualTo(1_003_854);
    assertThat(done.json().path("validationTokens").asInt()).isEqualTo(111_540);
    Corpus corpus = Corpus.open(folder.resolve("out").toString(), new Configuration());
    Tokenizer tokenizer = TokenizerFiles.of(corpus.tokenizerFiles(), "out");
    assertThat(tokenizer.decode(ids("out")))
        .isEqualTo(Files.readString(SHAKESPEARE, StandardCharsets.UTF_8));
  }

  @Test
  void gpt2CorpusIsOneEncodingOfTheWholeText() throws IOException {
    assumeTrue(Files.exists(SHAKESPEARE), "no " + SHAKESPEARE);
    Done done = prepare("out", SHAKESPEARE, "--tokenizer", GPT2.toString(), "--shard-size", "100k");
    assertThat(done.exitCode).as(done.err).isZero();
    assertThat(done.json().path("tokens").asInt()).isEqualTo(338_025);
    int[] whole =
        TokenizerFiles.read(GPT2)
            .encodeOrdinary(Files.readString(SHAKESPEARE, StandardCharsets.UTF_8));
    assertThat(ids("out")).isEqualTo(whole);
    // The validation blocks of expected.json's val_loss: 264 blocks of 128 tokens.
    Corpus corpus = Corpus.open(folder.resolve("out").toString(), new Configuration());
    Shard shard = Shard.read(new TokenSource(corpus, 128), Split.TRAIN, 1, 0, 0, 1);
    assertThat(corpus.manifest().training().tokens()).isEqualTo(304_222);
    assertThat(shard.validation().count()).isEqualTo(264);
    assertThat(shard.train().count()).isEqualTo(2_376);
  }

  @ParameterizedTest
  @ValueSource(strings = {"JavaSerializer", "KryoSerializer"})
  void keepsTheFirstOfDuplicateDocuments(String serializer) throws IOException {
    Path lines = folder.resolve("lines.txt");
    Path more = Files.createDirectories(folder.resolve("more"));
    StringBuilder text = new StringBuilder();
    StringBuilder objects = new StringBuilder();
    for (int i = 0; i < 2_000; i++) {
      text.append("document ").append(i % 700).append('\n');
      objects.append("{\"body\":\"document ").append(i).append("\"}\n");
    }
    Files.writeString(lines, text);
    Files.writeString(more.resolve("lines.jsonl"), objects);
    Done dropped =
        prepare(
            "dropped",
            lines,
            "--tokenizer",
            "characters",
            "--documents",
            "line",
            "--drop-duplicates",
            "--validation-split",
            "0",
            "--set",
            "spark.conf.\"spark.serializer\"=org.apache.spark.serializer." + serializer,
            "--shard-size",
            "3k");
    assertThat(dropped.exitCode).as(dropped.err).isZero();
    assertThat(dropped.json().path("documents").asInt()).isEqualTo(700);
    assertThat(dropped.json().path("duplicates").asInt()).isEqualTo(1_300);
    assertThat(text("dropped"))
        .isEqualTo(
            String.join("", IntStream.range(0, 700).mapToObj(i -> "document " + i).toList()));
    Done jsonl =
        prepare(
            "jsonl",
            more,
            "--tokenizer",
            "characters",
            "--json-field",
            "body",
            "--validation-split",
            "0",
            "--shard-size",
            "3k");
    assertThat(jsonl.json().path("documents").asInt()).isEqualTo(2_000);
    assertThat(text("jsonl"))
        .isEqualTo(
            String.join("", IntStream.range(0, 2_000).mapToObj(i -> "document " + i).toList()));
  }

  @Test
  void dropsADuplicateOfALargeFile() throws IOException {
    Path text = Files.createDirectories(folder.resolve("text"));
    Files.writeString(text.resolve("a.txt"), sentences(1, 2_000));
    Files.writeString(text.resolve("b.txt"), sentences(1, 2_000));
    Files.writeString(text.resolve("c.txt"), sentences(2, 2_000));
    Done done =
        prepare(
            "out", text, "--tokenizer", "characters", "--drop-duplicates", "--shard-size", "9k");
    assertThat(done.exitCode).as(done.err).isZero();
    assertThat(done.json().path("documents").asInt()).isEqualTo(2);
    assertThat(done.json().path("duplicates").asInt()).isEqualTo(1);
    assertThat(text("out")).isEqualTo(sentences(1, 2_000) + sentences(2, 2_000));
  }

  @Test
  void trainsABpeVocabularyOnTheText() throws IOException {
    Path lines = folder.resolve("lines.txt");
    String sentence = "a sentence that is there again and again\n";
    Files.writeString(lines, sentence.repeat(500) + "another one\n".repeat(2));
    String[] options = {
      "--tokenizer", "bpe", "--vocabulary", "280", "--documents", "line", "--shard-size", "1k"
    };
    JsonNode one = prepare("one", lines, options).json();
    assertThat(one.path("vocabulary").asInt()).isEqualTo(280);
    assertThat(one.path("tokens").asInt()).isLessThan(502 * 14);
    assertThat(text("one"))
        .isEqualTo(
            (sentence.strip() + "<|endoftext|>").repeat(500)
                + "another one<|endoftext|>".repeat(2));
    options[7] = "3k";
    assertThat(prepare("two", lines, options).json().path("tokens")).isEqualTo(one.path("tokens"));
    Files.write(lines, new byte[] {'a', 'b', (byte) 0xFF});
    Done bad = prepare("bad", lines, options);
    assertThat(bad.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(bad.errors())
        .containsExactly(
            "centroid: "
                + lines
                + ": byte 2: expected text in UTF-8, found byte 0xFF; --encoding names another"
                + " encoding, such as windows-1252 or gbk; --replace-bad replaces damaged bytes");
    assertThat(names(folder)).containsExactly("lines.txt", "one", "two");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "recognize"})
  void specialTokensInTheTextAreReported(String rule) throws IOException {
    Path stories = folder.resolve("stories_2026-01-01T10:00:00.txt");
    String story = "once upon a time there was a story\n";
    Files.writeString(stories, (story + "<|endoftext|>\n").repeat(200));
    Done done =
        prepare(
            "out:" + rule,
            stories,
            "--tokenizer",
            "bpe",
            "--vocabulary",
            "280",
            "--shard-size",
            "1k");
    assertThat(done.exitCode).as(done.err).isZero();
    assertThat(done.err).contains("200 of <|endoftext|>; --special-tokens recognize makes tokens");
    Done again =
        prepare(
            "again",
            stories,
            "--tokenizer",
            folder.resolve("out:" + rule).toString(),
            "--shard-size",
            "3k",
            "--special-tokens",
            rule);
    assertThat(again.err)
        .contains(rule.equals("text") ? "became text: 200 of" : "were recognized: 200 of");
    long ends = Arrays.stream(ids("again")).filter(id -> id == 0).count();
    assertThat(ends).isEqualTo(rule.equals("text") ? 0 : 200);
    assertThat(text("again")).isEqualTo(Files.readString(stories));
  }

  @Test
  void readsTextsInANamedEncoding() throws IOException {
    String poem = "春眠不觉晓，处处闻啼鸟。\n".repeat(40);
    Path text = Files.write(folder.resolve("poem.txt"), poem.getBytes(Charset.forName("GBK")));
    Done done = prepare("out", text, "--tokenizer", "characters", "--encoding", "gbk");
    assertThat(done.exitCode).as(done.err).isZero();
    assertThat(text("out")).isEqualTo(poem);
    Done unknown = prepare("bad", text, "--tokenizer", "characters", "--encoding", "gbq");
    assertThat(unknown.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(unknown.errors())
        .containsExactly(
            "centroid: --encoding must be an encoding such as utf-8, windows-1252, latin-1 or gbk:"
                + " gbq");
    assertThat(names(folder)).containsExactly("out", "poem.txt");
  }

  @Test
  void bpeRequiresAVocabularySize() throws IOException {
    Path text = Files.writeString(folder.resolve("text.txt"), sentences(1, 100));
    for (String[] options :
        new String[][] {
          {"--tokenizer", "bpe"},
          {"--tokenizer", "bpe", "--vocabulary", "10"},
          {"--tokenizer", "characters", "--vocabulary", "300"},
          {"--tokenizer", "characters", "--validation-split", "1"},
          {"--tokenizer", "characters", "--shard-size", "large"},
          {"--tokenizer", folder.toString()}
        }) {
      Done done = prepare("out", text, options);
      assertThat(done.exitCode).as(String.join(" ", options)).isEqualTo(ExitCode.BAD_INPUT);
      assertThat(done.errors()).hasSize(1);
      assertThat(names(folder)).containsExactly("text.txt");
    }
  }

  @Test
  void reportsInvalidUtf8WithItsOffsetAndLeavesNoFiles() throws IOException {
    byte[] bytes = sentences(1, 3_000).getBytes(StandardCharsets.UTF_8);
    bytes[54_321] = (byte) 0xC0;
    Path text = Files.write(folder.resolve("text.txt"), bytes);
    for (String[] options :
        new String[][] {
          {"--tokenizer", "characters"}, {"--tokenizer", "characters", "--drop-duplicates"}
        }) {
      String[] arguments = Arrays.copyOf(options, options.length + 2);
      arguments[options.length] = "--shard-size";
      arguments[options.length + 1] = "9k";
      Done done = prepare("out", text, arguments);
      assertThat(done.exitCode).as(done.err).isEqualTo(ExitCode.BAD_INPUT);
      assertThat(done.out).isEmpty();
      assertThat(done.errors())
          .containsExactly(
              "centroid: "
                  + text
                  + ": byte 54321: expected text in UTF-8, found byte 0xC0; --encoding names"
                  + " another encoding, such as windows-1252 or gbk; --replace-bad replaces damaged"
                  + " bytes");
      assertThat(names(folder)).containsExactly("text.txt");
    }
    Done replaced = prepare("out", text, "--tokenizer", "characters", "--replace-bad");
    assertThat(replaced.exitCode).as(replaced.err).isZero();
    assertThat(replaced.json().path("replaced").asInt()).isEqualTo(1);
    assertThat(text("out")).isEqualTo(new String(bytes, StandardCharsets.UTF_8));
  }

  @Test
  void leavesNoFilesIfEncodingFails() throws IOException {
    assumeTrue(Files.exists(GPT2), "no " + GPT2);
    Path lines = folder.resolve("lines.jsonl.gz");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write("{\"text\": \"good\"}\n".repeat(10_000).getBytes(StandardCharsets.UTF_8));
    }
    byte[] damaged = bytes.toByteArray();
    damaged[damaged.length - 6] ^= 1;
    Files.write(lines, damaged);
    for (String option : List.of("--replace-bad", "--drop-duplicates")) {
      Done done = prepare("out", lines, "--tokenizer", GPT2.toString(), option);
      assertThat(done.exitCode).isEqualTo(ExitCode.BAD_INPUT);
      assertThat(done.errors())
          .singleElement()
          .asString()
          .contains("lines.jsonl.gz: compressed byte ")
          .contains("CRC");
      assertThat(names(folder)).containsExactly("lines.jsonl.gz");
    }
  }

  @Test
  void replacesAnExistingCorpusOnlyWithOverwrite() throws IOException {
    Path text = Files.writeString(folder.resolve("text.txt"), sentences(1, 100));
    assertThat(prepare("out", text, "--tokenizer", "characters").exitCode).isZero();
    Done rejected = prepare("out", text, "--tokenizer", "characters");
    assertThat(rejected.exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(rejected.errors())
        .singleElement()
        .asString()
        .endsWith("out: not empty; --overwrite replaces a corpus");
    Files.writeString(text, "zzz");
    Done replaced = prepare("out", text, "--tokenizer", "characters", "--overwrite");
    assertThat(replaced.exitCode).as(replaced.err).isZero();
    assertThat(replaced.json().path("vocabulary").asInt()).isEqualTo(1);
    assertThat(names(folder)).containsExactly("out", "text.txt");
    assertThat(text("out")).isEqualTo("zzz");
  }

  /** Runs the command with {@code --json}; a last argument {@code local[N]} is the Spark master. */
  private Done prepare(String out, Path input, String... options) {
    List<String> arguments = new ArrayList<>(List.of("prepare", input.toString()));
    arguments.addAll(List.of(options));
    String last = arguments.get(arguments.size() - 1);
    String master = last.startsWith("local[") ? arguments.remove(arguments.size() - 1) : "local[2]";
    arguments.addAll(
        List.of(
            "--json", "--out", folder.resolve(out).toString(), "--set", "spark.master=" + master));
    StringWriter stdout = new StringWriter();
    StringWriter stderr = new StringWriter();
    int exitCode =
        Centroid.run(
            new PrintWriter(stdout, true),
            new PrintWriter(stderr, true),
            arguments.toArray(String[]::new));
    return new Done(exitCode, stdout.toString(), stderr.toString());
  }

  /** Token ids of all part files, training first. */
  private int[] ids(String out) throws IOException {
    IntStream.Builder ids = IntStream.builder();
    for (String name : names(folder.resolve(out))) {
      if (name.endsWith(".bin")) {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(out).resolve(name)));
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
          ids.add(bytes.getShort() & 0xFFFF);
        }
      }
    }
    return ids.build().toArray();
  }

  private String text(String out) throws IOException {
    Corpus corpus = Corpus.open(folder.resolve(out).toString(), new Configuration());
    return TokenizerFiles.of(corpus.tokenizerFiles(), out).decode(ids(out));
  }

  private static String sentences(int seed, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("sentence ").append(seed * 31L + i * 7L).append(" of text, ");
    }
    return text.toString();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private record Done(int exitCode, String out, String err) {
    JsonNode json() throws IOException {
      assertThat(out.lines()).as("out: %s, err: %s", out, err).hasSize(1);
      return JSON.readTree(out);
    }

    List<String> errors() {
      return err.lines().filter(line -> line.startsWith("centroid: ")).toList();
    }
  }
}
