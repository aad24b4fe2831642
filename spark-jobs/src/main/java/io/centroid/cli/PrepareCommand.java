package io.centroid.cli;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.centroid.ExitCode;
import io.centroid.InputException;
import io.centroid.cli.report.PrepareReport;
import io.centroid.cli.report.ProgressReport;
import io.centroid.config.RunConfig;
import io.centroid.data.corpus.CorpusCounts;
import io.centroid.data.corpus.CorpusManifest;
import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.ReadingOptions;
import io.centroid.data.tokenizing.ValidationRule;
import io.centroid.io.Json;
import io.centroid.spark.session.SparkContexts;
import io.centroid.spark.text.CorpusJob;
import io.centroid.spark.text.CorpusSettings;
import io.centroid.spark.text.TokenizerChoice;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code prepare}: makes text into token ids to train on. */
@Command(
    name = "prepare",
    description = {
      "Make text into token ids to train on, with Spark.",
      "The result is the same on any cluster: parts of raw little-endian ids (uint16 or uint32, as"
          + " nanoGPT reads them), the tokenizer's files, and manifest.json."
    },
    mixinStandardHelpOptions = true)
final class PrepareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "INPUT",
      description =
          "Files of UTF-8 text (.gz too), folders or patterns, any Hadoop URI. In folders, names"
              + " that begin with . or _ are skipped.")
  private List<String> inputs = List.of();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "URI",
      description = "Folder for the result; it appears when all is written.")
  private String out;

  @Option(
      names = "--tokenizer",
      required = true,
      paramLabel = "DIR|characters|bpe",
      description = {
        "A folder of Hugging Face's tokenizer files (tokenizer.json, or vocab.json and"
            + " merges.txt);",
        "characters: each character of the text is a token;",
        "bpe: learn a byte-level BPE from the text."
      })
  private String tokenizer;

  @Option(
      names = "--vocabulary",
      paramLabel = "N",
      description = "bpe: size of the vocabulary (end of text and 256 bytes included).")
  private @Nullable Integer vocabulary;

  @Option(
      names = "--minimum-count",
      paramLabel = "N",
      defaultValue = "2",
      description = "bpe: merge only pairs that are found as often (${DEFAULT-VALUE}).")
  private int minimumCount;

  @Option(
      names = "--documents",
      paramLabel = "KIND",
      description = {
        "What a document is: a file, a line (blank ones are none), or jsonl, a field of a JSON",
        "object a line (default: jsonl in *.jsonl, else file)."
      })
  private @Nullable DocumentKind documents;

  @Option(
      names = "--json-field",
      paramLabel = "NAME",
      defaultValue = "text",
      description = "jsonl: the field that holds the text (${DEFAULT-VALUE}).")
  private String jsonField;

  @Option(
      names = "--validation-split",
      paramLabel = "SHARE",
      defaultValue = "0.1",
      description = "Share of the text for validation (${DEFAULT-VALUE}); 0: none.")
  private double validationSplit;

  @Option(
      names = "--split",
      paramLabel = "KIND",
      defaultValue = "TAIL",
      description = {
        "tail: validation is the last tokens of the whole text, as nanoGPT has it (default);",
        "documents: whole documents, by a hash of their place."
      })
  private ValidationRule.Kind split;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "What --split documents draws from (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--drop-duplicates",
      description = "Keep the first of equal documents (by SHA-256 of their text).")
  private boolean dropDuplicates;

  @Option(
      names = "--replace-bad",
      description = {
        "Replace bytes that are not UTF-8, and NUL, by U+FFFD and count them;",
        "without it they end the command with their file and place."
      })
  private boolean replaceBad;

  @Option(
      names = "--shard-size",
      paramLabel = "SIZE",
      defaultValue = "64MiB",
      description =
          "Text of one task, which writes a part (${DEFAULT-VALUE}). A .gz file is never cut.")
  private String shardSize;

  @Option(
      names = "--overwrite",
      description = "Replace a corpus that is there, once the new one is complete.")
  private boolean overwrite;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Mixin private ConfigurationOptions configuration;

  @Override
  public Integer call() {
    CorpusSettings settings =
        new CorpusSettings(
            inputs,
            out,
            overwrite,
            choice(),
            documents,
            new ReadingOptions(jsonField, replaceBad),
            new ValidationRule(validationSplit, split, seed),
            dropDuplicates,
            bytes(shardSize));
    List<String> overrides = new ArrayList<>(List.of("run.name=prepare"));
    overrides.addAll(configuration.overrides());
    RunConfig config = RunConfig.load(null, overrides);
    PrintWriter err = spec.commandLine().getErr();
    long start = System.nanoTime();
    CorpusManifest manifest;
    try (JavaSparkContext spark = SparkContexts.start(config);
        PrepareReport report = new PrepareReport(err, ProgressReport.isTerminal())) {
      manifest = new CorpusJob(spark, settings, report).run();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (validationSplit > 0 && manifest.validation().tokens() == 0) {
      err.println("no document fell into validation");
    }
    if (json) {
      spec.commandLine().getOut().println(json(manifest, seconds));
    } else {
      print(manifest, seconds);
    }
    return ExitCode.DONE;
  }

  private TokenizerChoice choice() {
    boolean bpe = tokenizer.equals("bpe");
    if (bpe == (vocabulary == null)) {
      throw new InputException(
          bpe
              ? "--tokenizer bpe needs --vocabulary, the size that it shall have"
              : "--vocabulary is for --tokenizer bpe only: found --tokenizer " + tokenizer);
    }
    if (vocabulary != null) {
      return new TokenizerChoice.Bpe(vocabulary, minimumCount);
    }
    return tokenizer.equals("characters")
        ? new TokenizerChoice.Characters()
        : new TokenizerChoice.Files(tokenizer);
  }

  private static long bytes(String size) {
    try {
      return ConfigFactory.empty()
          .withValue("size", ConfigValueFactory.fromAnyRef(size))
          .getBytes("size");
    } catch (ConfigException e) {
      throw new InputException("--shard-size must be a size like 64MiB: " + size, e);
    }
  }

  /** What {@code --json} prints. */
  private record Answer(
      String out,
      long documents,
      long tokens,
      long trainingTokens,
      long validationTokens,
      int vocabulary,
      long duplicates,
      long replaced,
      long bytes,
      String sha256,
      double seconds) {}

  private String json(CorpusManifest manifest, double seconds) {
    CorpusCounts counts = manifest.counts();
    return Json.line(
        new Answer(
            out,
            counts.documents(),
            manifest.tokens(),
            manifest.training().tokens(),
            manifest.validation().tokens(),
            manifest.tokenizer().vocabulary(),
            counts.duplicates(),
            counts.replaced(),
            counts.bytes(),
            manifest.sha256(),
            seconds));
  }

  private void print(CorpusManifest manifest, double seconds) {
    CorpusCounts counts = manifest.counts();
    PrintWriter to = spec.commandLine().getOut();
    to.printf(
        Locale.ROOT,
        "%,d tokens of %,d %s (%,d bytes) in %.1f s, %.1f MB/s%n",
        manifest.tokens(),
        counts.documents(),
        counts.documents() == 1 ? "document" : "documents",
        counts.bytes(),
        seconds,
        counts.bytes() / 1e6 / seconds);
    to.printf(Locale.ROOT, "  training    %,d tokens%n", manifest.training().tokens());
    to.printf(Locale.ROOT, "  validation  %,d tokens%n", manifest.validation().tokens());
    to.printf(Locale.ROOT, "  vocabulary  %,d tokens%n", manifest.tokenizer().vocabulary());
    if (counts.duplicates() > 0) {
      to.printf(Locale.ROOT, "  duplicates  %,d documents dropped%n", counts.duplicates());
    }
    if (counts.replaced() > 0) {
      to.printf(Locale.ROOT, "  replaced    %,d bytes that were not UTF-8%n", counts.replaced());
    }
    to.printf("  corpus      %s, SHA-256 %s%n", out, manifest.sha256());
  }
}
