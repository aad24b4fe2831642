package io.centroid.data.corpus;

import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.DocumentPosition;
import io.centroid.data.documents.DocumentSink;
import io.centroid.data.documents.ReadingOptions;
import io.centroid.data.documents.Text;
import io.centroid.data.documents.TextInputs;
import io.centroid.data.documents.TextPlan;
import io.centroid.data.documents.TextReader;
import io.centroid.data.tokenizing.CorpusFolder;
import io.centroid.data.tokenizing.Encoding;
import io.centroid.data.tokenizing.KeptDocuments;
import io.centroid.data.tokenizing.PartResult;
import io.centroid.data.tokenizing.SpecialTokenRule;
import io.centroid.data.tokenizing.ValidationRule;
import io.centroid.io.HadoopFiles;
import io.centroid.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** Writes corpora like the Spark job, on this thread and in any task order. */
final class CorpusOnDisk {
  static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  static final ValidationRule NONE = new ValidationRule(0, ValidationRule.Kind.TAIL, 1);

  private CorpusOnDisk() {}

  static ReadingOptions options(boolean replaceBad) {
    return new ReadingOptions("text", StandardCharsets.UTF_8, replaceBad);
  }

  static TextPlan plan(@Nullable DocumentKind kind, long shardBytes, Path... inputs) {
    List<String> names = java.util.Arrays.stream(inputs).map(Path::toString).toList();
    return TextPlan.of(TextInputs.find(FILES, names, kind, options(false), note -> {}), shardBytes);
  }

  static Corpus write(Path out, TextPlan plan, ValidationRule rule) {
    return write(out, plan, rule, new WordTokenizer(true), options(false), 0);
  }

  /**
   * Writes a corpus.
   *
   * @param order seed of the task order; each task runs twice, like a speculative task
   */
  static Corpus write(
      Path out,
      TextPlan plan,
      ValidationRule rule,
      Tokenizer tokenizer,
      ReadingOptions options,
      long order) {
    return write(out, plan, rule, tokenizer, options, order, SpecialTokenRule.TEXT, counts -> {});
  }

  /** As above; the counts of added tokens go to a consumer. */
  static Corpus write(
      Path out,
      TextPlan plan,
      ValidationRule rule,
      Tokenizer tokenizer,
      ReadingOptions options,
      long order,
      SpecialTokenRule special,
      Consumer<Map<Integer, Long>> added) {
    try (CorpusFolder folder = CorpusFolder.create(FILES, out.toString(), false)) {
      Encoding encoding =
          new Encoding(new Text(FILES, plan, options), tokenizer, special, rule, folder.staging());
      List<Integer> tasks =
          new ArrayList<>(IntStream.range(0, plan.tasks().size()).boxed().toList());
      Collections.shuffle(tasks, new Random(order));
      List<PartResult> results = new ArrayList<>();
      for (int task : tasks) {
        encoding.encode(task, "first", KeptDocuments.all(), () -> false);
        results.add(encoding.encode(task, "second", KeptDocuments.all(), () -> false));
      }
      Map<Integer, Long> counts = new TreeMap<>();
      results.forEach(part -> part.added().forEach((id, n) -> counts.merge(id, n, Long::sum)));
      added.accept(counts);
      folder.publish(results, "words", tokenizer, rule, Map.of("made", "by a test"));
      return Corpus.open(out.toString(), FILES);
    }
  }

  /** All token ids of a split. */
  static int[] ids(Corpus corpus, CorpusSplit split) {
    IntStream.Builder ids = IntStream.builder();
    for (CorpusShard part : split.parts()) {
      ByteBuffer bytes = ByteBuffer.wrap(bytes(Path.of(corpus.folder(), part.name())));
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        ids.add(corpus.manifest().width().take(bytes));
      }
    }
    return ids.build().toArray();
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The documents of a plan as text, with their pieces joined. */
  static List<String> documents(TextPlan plan, ReadingOptions options) {
    List<StringBuilder> documents = new ArrayList<>();
    DocumentSink sink =
        new DocumentSink() {
          @Override
          public boolean begin(DocumentPosition place, boolean head) {
            if (head) {
              documents.add(new StringBuilder());
            }
            return true;
          }

          @Override
          public void piece(String text, long offset) {
            documents.get(documents.size() - 1).append(text);
          }

          @Override
          public void end(boolean complete) {}
        };
    Text text = new Text(FILES, plan, options);
    for (int task = 0; task < plan.tasks().size(); task++) {
      try (TextReader reader = text.reader(task)) {
        boolean more = true;
        while (more) {
          more = reader.next(sink);
        }
      }
    }
    return documents.stream().map(StringBuilder::toString).toList();
  }
}
