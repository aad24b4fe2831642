package io.centroid.fuzz;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.centroid.data.corpus.Corpus;
import io.centroid.data.corpus.CorpusManifest;
import io.centroid.data.corpus.TokenSource;
import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.DocumentPosition;
import io.centroid.data.documents.DocumentSink;
import io.centroid.data.documents.ReadingOptions;
import io.centroid.data.documents.Text;
import io.centroid.data.documents.TextInputs;
import io.centroid.data.documents.TextPlan;
import io.centroid.data.documents.TextReader;
import io.centroid.data.documents.TextTask;
import io.centroid.data.tokenizing.CorpusFolder;
import io.centroid.data.tokenizing.Encoding;
import io.centroid.data.tokenizing.KeptDocuments;
import io.centroid.data.tokenizing.PartResult;
import io.centroid.data.tokenizing.SpecialTokenRule;
import io.centroid.data.tokenizing.ValidationRule;
import io.centroid.text.CharacterTokenizer;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.FieldSource;

/** Fuzz targets for the input texts of {@code prepare} and for its token corpus. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class TextFuzzTest {
  private static final long SHARD_BYTES = 1 << 14;
  private static final ReadingOptions STRICT =
      new ReadingOptions("text", StandardCharsets.UTF_8, false);
  private static final List<String> CORPUS_FILES =
      List.of(
          CorpusManifest.FILE,
          "train-00000.bin",
          "validation-00000.bin",
          "tokenizer.json",
          "tokenizer_config.json");
  private static final DocumentSink IGNORED =
      new DocumentSink() {
        @Override
        public boolean begin(DocumentPosition place, boolean head) {
          return true;
        }

        @Override
        public void piece(String text, long offset) {}

        @Override
        public void end(boolean complete) {}
      };

  @TempDir private static Path folder;
  @TempDir private static Path made;

  static final FuzzTarget FILES = documents(DocumentKind.FILE);
  static final FuzzTarget LINES = documents(DocumentKind.LINE);
  static final FuzzTarget JSONL = documents(DocumentKind.JSONL);
  static final FuzzTarget CORPUS =
      new FuzzTarget(8 << 20, 400, TextFuzzTest::readCorpus, TextFuzzTest::corpora);

  @FieldSource("FILES")
  @FuzzTest
  void files(byte[] input) throws Exception {
    FILES.check(input);
  }

  @FieldSource("LINES")
  @FuzzTest
  void lines(byte[] input) throws Exception {
    LINES.check(input);
  }

  @FieldSource("JSONL")
  @DictionaryEntries({"text", "{\"text\":\"", "\"}"})
  @FuzzTest
  void jsonl(byte[] input) throws Exception {
    JSONL.check(input);
  }

  @FieldSource("CORPUS")
  @DictionaryEntries({
    "train-00000.bin",
    "../train-00000.bin",
    "\"parts\"",
    "idBytes",
    "\"tokens\"",
    "\"vocabulary\"",
    "centroid-corpus",
    "tokenizer.json"
  })
  @FuzzTest
  void corpus(byte[] input) throws Exception {
    CORPUS.check(input);
  }

  private static FuzzTarget documents(DocumentKind kind) {
    String text =
        kind == DocumentKind.JSONL
            ? "{\"text\":\"one\"}\n\n{\"id\":1,\"text\":\"zw\u00f6lf \\u00e9 \\ud834\\udd1e\"}\r\n"
            : "one\n\ntwo \u00e9 \uD834\uDD1E\r\nthree";
    return new FuzzTarget(
        16 << 20,
        1000,
        input -> readDocuments(kind, input),
        () ->
            List.of(
                Inputs.utf8(text),
                Inputs.utf8("\uFEFF" + text),
                Inputs.gzip(Inputs.utf8(text)),
                Inputs.utf8(text.repeat(600)),
                Inputs.gzip(Inputs.utf8(text.repeat(600))),
                Inputs.utf8("{\"text\":" + "[".repeat(5000)),
                new byte[1 << 16]));
  }

  /**
   * Reads documents strictly or with invalid UTF-8 replaced. Compressed data gets a file name with
   * its suffix.
   */
  private static void readDocuments(DocumentKind kind, byte[] input) throws IOException {
    boolean gzipped = input.length > 1 && input[0] == 0x1F && input[1] == (byte) 0x8B;
    String name = gzipped ? "text.gz" : "text";
    InputFolder files = new InputFolder(folder);
    files.only(name, input);
    ReadingOptions options =
        new ReadingOptions("text", StandardCharsets.UTF_8, input.length % 2 == 0);
    TextPlan plan =
        TextPlan.of(
            TextInputs.find(
                InputFolder.FILES, List.of(files.file(name)), kind, options, note -> {}),
            SHARD_BYTES);
    for (TextTask task : plan.tasks()) {
      try (TextReader reader = new TextReader(InputFolder.FILES, plan, options, task)) {
        boolean more = true;
        while (more) {
          more = reader.next(IGNORED);
        }
      }
    }
  }

  private static List<byte[]> corpora() {
    String text = "to be or not to be: that is the question.\n".repeat(4);
    Tokenizer tokenizer = CharacterTokenizer.of(text);
    String out = made.resolve("corpus").toString();
    try {
      String file = Files.writeString(made.resolve("text.txt"), text).toString();
      TextPlan plan =
          TextPlan.of(
              TextInputs.find(
                  InputFolder.FILES, List.of(file), DocumentKind.FILE, STRICT, note -> {}),
              1 << 20);
      ValidationRule rule = new ValidationRule(0.2, ValidationRule.Kind.TAIL, 1);
      try (CorpusFolder corpus = CorpusFolder.create(InputFolder.FILES, out, false)) {
        Encoding encoding =
            new Encoding(
                new Text(InputFolder.FILES, plan, STRICT),
                tokenizer,
                SpecialTokenRule.TEXT,
                rule,
                corpus.staging());
        List<PartResult> results =
            List.of(encoding.encode(0, "first", KeptDocuments.all(), () -> false));
        corpus.publish(results, "characters", tokenizer, rule, Map.of("made", "by a test"));
      }
      List<byte[]> parts = new ArrayList<>();
      for (String name : CORPUS_FILES) {
        parts.add(Files.readAllBytes(Path.of(out, name)));
      }
      return List.of(Inputs.join(parts), Inputs.join(parts.subList(0, 3)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads windows of tokens and verifies the corpus. */
  private static void readCorpus(byte[] input) {
    InputFolder files = new InputFolder(folder);
    files.replace(input, CORPUS_FILES);
    Corpus corpus = Corpus.open(files.hadoop().toString(), InputFolder.FILES);
    IgnoredExamples.read(new TokenSource(corpus, 8), 1);
    corpus.verify();
    TokenizerFiles.of(corpus.tokenizerFiles(), corpus.folder());
  }
}
