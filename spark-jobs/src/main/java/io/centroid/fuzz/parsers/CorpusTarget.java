package io.centroid.fuzz.parsers;

import io.centroid.corpus.Corpus;
import io.centroid.corpus.CorpusFolder;
import io.centroid.corpus.CorpusManifest;
import io.centroid.corpus.Encoding;
import io.centroid.corpus.PartResult;
import io.centroid.corpus.TokenSource;
import io.centroid.corpus.ValidationRule;
import io.centroid.data.Split;
import io.centroid.documents.DocumentKind;
import io.centroid.documents.KeptDocuments;
import io.centroid.documents.ReadingOptions;
import io.centroid.documents.TextInputs;
import io.centroid.documents.TextPlan;
import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.PartFormat;
import io.centroid.fuzz.Parts;
import io.centroid.io.HadoopFiles;
import io.centroid.text.CharacterTokenizer;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * A prepared corpus: manifest, token parts, tokenizer. Windows of tokens are read, then verified.
 */
final class CorpusTarget implements FuzzTarget {
  private static final List<String> NAMES =
      List.of(
          CorpusManifest.FILE,
          "train-00000.bin",
          "validation-00000.bin",
          "tokenizer.json",
          "tokenizer_config.json");

  private final MemoryFolder folder = new MemoryFolder();

  @Override
  public List<PartFormat> formats() {
    return List.of(
        PartFormat.JSON, PartFormat.BINARY, PartFormat.BINARY, PartFormat.JSON, PartFormat.JSON);
  }

  @Override
  public List<byte[]> seeds() {
    String text = "to be or not to be: that is the question.\n".repeat(4);
    Tokenizer tokenizer = CharacterTokenizer.of(text);
    HadoopFiles files = new HadoopFiles(new Configuration());
    try (LocalFolder disk = LocalFolder.create()) {
      disk.write("text.txt", Text.bytes(text));
      String out = disk.path().resolve("corpus").toString();
      TextPlan plan =
          TextPlan.of(
              TextInputs.find(files, List.of(disk.path() + "/text.txt"), DocumentKind.FILE),
              1 << 20);
      ValidationRule rule = new ValidationRule(0.2, ValidationRule.Kind.TAIL, 1);
      try (CorpusFolder corpus = CorpusFolder.create(files, out, false)) {
        Encoding encoding =
            new Encoding(
                new io.centroid.documents.Text(files, plan, new ReadingOptions("text", false)),
                tokenizer,
                rule,
                corpus.staging());
        List<PartResult> results = new ArrayList<>();
        results.add(encoding.encode(0, "first", KeptDocuments.all(), () -> false));
        corpus.publish(results, "characters", tokenizer, rule, Map.of("made", "by a fuzzer"));
      }
      return List.of(
          Parts.join(NAMES.stream().map(name -> LocalFolder.read(Path.of(out, name))).toList()));
    }
  }

  @Override
  public List<String> dictionary() {
    return List.of(
        "train-00000.bin",
        "validation-00000.bin",
        "../train-00000.bin",
        "\"parts\"",
        "idBytes",
        "\"tokens\"",
        "\"vocabulary\"",
        "centroid-corpus",
        "manifest.json",
        "tokenizer.json");
  }

  @Override
  public Bound bound() {
    return new Bound(8 << 20, 400);
  }

  @Override
  public void read(byte[] input) {
    folder.replace(input, NAMES);
    Corpus corpus = Corpus.open(folder.folder().toString(), folder.files());
    TokenSource source = new TokenSource(corpus, 8);
    source.schema(Split.TRAIN);
    source.read(Split.TRAIN, 7, 0, 1, Ignored.INSTANCE);
    corpus.verify();
    TokenizerFiles.of(corpus.tokenizerFiles(), corpus.folder());
  }

  @Override
  public void close() {
    folder.close();
  }
}
