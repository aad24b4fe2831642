package io.centroid.cli;

import io.centroid.cli.options.RunOptions;
import io.centroid.cli.options.TextOptions;
import io.centroid.cli.report.PrepareReport;
import io.centroid.cli.report.Terminal;
import io.centroid.config.RunConfig;
import io.centroid.data.corpus.CorpusCounts;
import io.centroid.data.corpus.CorpusManifest;
import io.centroid.data.documents.ReadingOptions;
import io.centroid.data.tokenizing.SpecialTokenRule;
import io.centroid.data.tokenizing.ValidationRule;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.io.SiteConfiguration;
import io.centroid.leak.Canaries;
import io.centroid.run.data.DataProvenance;
import io.centroid.spark.redact.RedactionManifest;
import io.centroid.spark.redact.RedactionPolicy;
import io.centroid.spark.session.SparkContexts;
import io.centroid.spark.text.CorpusJob;
import io.centroid.spark.text.CorpusSettings;
import io.centroid.spark.text.TokenizerChoice;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The {@code prepare} command: tokenizes text into a corpus for language-model training. */
@Command(
    name = "prepare",
    description = {
      "Tokenize text into a training corpus, as a Spark job.",
      "Output: part files of raw little-endian token ids (uint16 or uint32, the format of nanoGPT),"
          + " the tokenizer's files, and manifest.json. It is bitwise identical on any cluster."
    },
    footer = {"", "Example:", "  centroid prepare texts/ --out data/texts --tokenizer characters"},
    mixinStandardHelpOptions = true)
final class PrepareCommand implements Callable<Integer> {
  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "INPUT",
      description =
          "Files of text or JSON Lines (also gzipped), folders or glob patterns, any Hadoop"
              + " URI. File names in folders that begin with . or _ are skipped.")
  private List<String> inputs = List.of();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "Output folder, any Hadoop URI; published atomically.")
  private String out;

  @Option(
      names = "--tokenizer",
      required = true,
      paramLabel = "DIR|characters|bpe",
      description = {
        "Folder of Hugging Face tokenizer files (tokenizer.json, or vocab.json and merges.txt),",
        "characters (each character of the text is a token),",
        "or bpe (train a byte-level BPE tokenizer on the text)."
      })
  private String tokenizer;

  @Option(
      names = "--vocabulary",
      paramLabel = "N",
      description = "bpe: vocabulary size, including the end-of-text token and the 256 bytes.")
  private @Nullable Integer vocabulary;

  @Option(
      names = "--minimum-count",
      paramLabel = "N",
      defaultValue = "2",
      description = "bpe: minimum frequency of a pair to be merged (default: ${DEFAULT-VALUE}).")
  private int minimumCount;

  @Option(
      names = "--json-field",
      paramLabel = "NAME",
      defaultValue = "text",
      description = "jsonl: name of the text field (default: ${DEFAULT-VALUE}).")
  private String jsonField;

  @Option(
      names = "--special-tokens",
      paramLabel = "KIND",
      defaultValue = "TEXT",
      description = {
        "text: special tokens that the text spells, such as <|endoftext|>, are text (default), so"
            + " that a text cannot forge the end of a document;",
        "recognize: they are tokens, as in Hugging Face's tokenizers."
      })
  private SpecialTokenRule specialTokens;

  @Option(
      names = "--validation-split",
      paramLabel = "FRACTION",
      defaultValue = "0.1",
      description =
          "Fraction of the text used for validation; 0 disables (default: ${DEFAULT-VALUE}).")
  private double validationSplit;

  @Option(
      names = "--split",
      paramLabel = "KIND",
      defaultValue = "TAIL",
      description = {
        "tail: the last tokens of the text are the validation set, as in nanoGPT (default);",
        "documents: whole documents, chosen by a hash of their position."
      })
  private ValidationRule.Kind split;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Random seed of --split documents and --canaries (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--drop-duplicates",
      description = "Drop duplicate documents (same SHA-256 of the text); keeps the first.")
  private boolean dropDuplicates;

  @Option(
      names = "--canaries",
      paramLabel = "N",
      description =
          "Plant N random sentences in the training text, drawn by --seed, so that leak can measure"
              + " what a model remembers. They are listed in canaries.json.")
  private @Nullable Integer canaries;

  @Option(
      names = "--canary-repetitions",
      paramLabel = "K",
      description =
          "--canaries: largest number of repetitions of a canary; others have half as many, and so"
              + " on (default: 64).")
  private @Nullable Integer canaryRepetitions;

  @Option(
      names = "--overwrite",
      description = "Replace an existing corpus atomically when the new one is complete.")
  private boolean overwrite;

  @Option(
      names = "--redact",
      paramLabel = "POLICY",
      description = "Redact personal data in each document by a policy before it is tokenized.")
  private @Nullable String policy;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Mixin private TextOptions text;
  @Mixin private RunOptions options;

  @Override
  public Integer call() {
    RedactionPolicy redaction =
        policy == null ? null : RedactionPolicy.read(policy, SiteConfiguration.load());
    ReadingOptions reading = text.reading(jsonField);
    CorpusSettings settings =
        new CorpusSettings(
            inputs,
            out,
            overwrite,
            choice(),
            specialTokens,
            text.documents(),
            redaction == null ? reading : reading.edited(redaction.edits()),
            new ValidationRule(validationSplit, split, seed),
            dropDuplicates,
            text.shardBytes(),
            redaction == null ? "" : redaction.sha256(),
            Map.of(),
            planted());
    List<String> overrides = new ArrayList<>(List.of("run.name=prepare"));
    overrides.addAll(options.overrides());
    RunConfig config = RunConfig.load(null, overrides);
    Terminal terminal = centroid.terminal();
    if (redaction != null && !redaction.tables().isEmpty()) {
      terminal.note("columns and anonymity of the policy are unused: prepare reads texts");
    }
    long start = System.nanoTime();
    CorpusManifest manifest;
    try (JavaSparkContext spark = SparkContexts.start(config);
        PrepareReport report = new PrepareReport(terminal)) {
      manifest = new CorpusJob(spark, settings.of(redactionOfInputs(spark)), report).run();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (validationSplit > 0 && manifest.validation().tokens() == 0) {
      terminal.note("the validation set is empty: no document was assigned to it");
    }
    if (json) {
      spec.commandLine().getOut().println(json(manifest, seconds));
    } else {
      print(manifest, seconds);
    }
    return ExitCode.DONE;
  }

  private Map<String, String> redactionOfInputs(JavaSparkContext spark) {
    return RedactionManifest.describe(new HadoopFiles(spark.hadoopConfiguration()), inputs);
  }

  private @Nullable Canaries planted() {
    if (canaries == null) {
      if (canaryRepetitions != null) {
        throw new InputException(
            "--canary-repetitions is for --canaries only: " + canaryRepetitions);
      }
      return null;
    }
    return Canaries.draw(
        seed, canaries, canaryRepetitions == null ? Canaries.REPETITIONS : canaryRepetitions);
  }

  private TokenizerChoice choice() {
    boolean bpe = tokenizer.equals("bpe");
    if (bpe == (vocabulary == null)) {
      throw new InputException(
          bpe
              ? "--tokenizer bpe needs --vocabulary, the vocabulary size to train"
              : "--vocabulary is for --tokenizer bpe only: found --tokenizer " + tokenizer);
    }
    if (vocabulary != null) {
      return new TokenizerChoice.Bpe(vocabulary, minimumCount);
    }
    if (tokenizer.equals("characters") && specialTokens == SpecialTokenRule.RECOGNIZE) {
      throw new InputException(
          "--special-tokens recognize: expected a tokenizer with special tokens, found characters");
    }
    return tokenizer.equals("characters")
        ? new TokenizerChoice.Characters()
        : new TokenizerChoice.Files(tokenizer);
  }

  /** Output of {@code --json}. */
  private record Output(
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
        new Output(
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
        "%,d tokens of %,d %s in %.1f s (start-up included)%n",
        manifest.tokens(),
        counts.documents(),
        counts.documents() == 1 ? "document" : "documents",
        seconds);
    to.printf(Locale.ROOT, "  training    %,d tokens%n", manifest.training().tokens());
    to.printf(Locale.ROOT, "  validation  %,d tokens%n", manifest.validation().tokens());
    to.printf(Locale.ROOT, "  vocabulary  %,d tokens%n", manifest.tokenizer().vocabulary());
    if (counts.duplicates() > 0) {
      to.printf(Locale.ROOT, "  duplicates  %,d documents dropped%n", counts.duplicates());
    }
    if (counts.replaced() > 0) {
      to.printf(
          Locale.ROOT,
          "  replaced    %,d %s%n",
          counts.replaced(),
          counts.replaced() == 1 ? "damaged character" : "damaged characters");
    }
    manifest
        .options()
        .forEach(
            (option, count) -> {
              if (option.startsWith(DataProvenance.REDACTED)) {
                to.printf(
                    "  redacted    %s %s%n",
                    count, option.substring(DataProvenance.REDACTED.length()));
              }
            });
    if (canaries != null) {
      to.printf("  canaries    %s%n", canaries);
    }
    to.printf("  corpus      %s%n", out);
    if (centroid.isVerbose()) {
      to.printf("  SHA-256     %s%n", manifest.sha256());
      to.printf(Locale.ROOT, "  text        %,d bytes%n", counts.bytes());
    }
  }
}
