package io.centroid.cli.trust;

import io.centroid.cli.Centroid;
import io.centroid.cli.options.RunOptions;
import io.centroid.cli.options.TextOptions;
import io.centroid.cli.report.PrepareReport;
import io.centroid.cli.report.Terminal;
import io.centroid.config.RunConfig;
import io.centroid.encryption.EncryptionKey;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.io.SiteConfiguration;
import io.centroid.spark.redact.RedactionJob;
import io.centroid.spark.redact.RedactionManifest;
import io.centroid.spark.redact.RedactionPolicy;
import io.centroid.spark.redact.RedactionSettings;
import io.centroid.spark.redact.SampleSettings;
import io.centroid.spark.redact.SealedSample;
import io.centroid.spark.session.SparkContexts;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The {@code redact} command: removes personal data from texts and tables. */
@Command(
    name = "redact",
    description = {
      "Remove personal data from texts and CSV tables, as a Spark job.",
      "The output has the files of the input, in the same formats and the same order. It is"
          + " bitwise identical on any cluster."
    },
    footer = {
      "",
      "Example:",
      "  centroid redact mails/ --out data/mails --policy policy.conf",
      "  centroid redact --open data/mails/_sample.sealed --sample-key env:REVIEW_KEY"
    },
    mixinStandardHelpOptions = true)
public final class RedactCommand implements Callable<Integer> {
  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "INPUT",
      description =
          "Files of text, JSON Lines or CSV (also gzipped), folders or glob patterns, any Hadoop"
              + " URI. File names in folders that begin with . or _ are skipped.")
  private List<String> inputs = List.of();

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Output folder, any Hadoop URI; published atomically.")
  private @Nullable String out;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "Policy (HOCON): what becomes of each kind of personal data and each column.")
  private @Nullable String policy;

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "Write N documents, before and after, to an encrypted review sample.")
  private @Nullable Integer sample;

  @Option(
      names = "--sample-key",
      paramLabel = "REF",
      description = "Key of the review sample, as from key new: " + EncryptionKey.WAYS + ".")
  private @Nullable String sampleKey;

  @Option(
      names = "--open",
      paramLabel = "SAMPLE",
      description = "Decrypt a review sample to standard output, one JSON object per line.")
  private @Nullable String open;

  @Option(
      names = "--overwrite",
      description = "Replace an existing redacted corpus atomically when the new one is complete.")
  private boolean overwrite;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Mixin private TextOptions text;
  @Mixin private RunOptions options;

  @Override
  public Integer call() {
    Configuration hadoop = SiteConfiguration.load();
    if (open != null) {
      require(
          inputs.isEmpty() && out == null && policy == null,
          "--open SAMPLE takes no INPUT, --out or --policy");
      SealedSample.open(new HadoopFiles(hadoop), open, required(SampleSettings.KEY, sampleKey))
          .forEach(spec.commandLine().getOut()::println);
      return ExitCode.DONE;
    }
    require(!inputs.isEmpty(), "redact needs at least one INPUT");
    RedactionPolicy read = RedactionPolicy.read(required("--policy", policy), hadoop);
    String folder = required("--out", out);
    RedactionSettings settings =
        new RedactionSettings(
            inputs,
            folder,
            overwrite,
            text.documents(),
            text.reading(""),
            text.shardBytes(),
            sample());
    List<String> overrides = new ArrayList<>(List.of("run.name=redact"));
    overrides.addAll(options.overrides());
    RunConfig config = RunConfig.load(null, overrides);
    Terminal terminal = centroid.terminal();
    long start = System.nanoTime();
    RedactionManifest manifest;
    try (JavaSparkContext spark = SparkContexts.start(config);
        PrepareReport report = new PrepareReport(terminal)) {
      manifest = new RedactionJob(spark, settings, read, report).run();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (json) {
      spec.commandLine().getOut().println(Json.line(new Output(folder, manifest, seconds)));
    } else {
      print(folder, manifest, seconds);
    }
    return ExitCode.DONE;
  }

  /** Output of {@code --json}. */
  private record Output(String out, RedactionManifest redaction, double seconds) {}

  private Optional<SampleSettings> sample() {
    if (sample == null) {
      require(sampleKey == null, "--sample-key is for --sample and --open");
      return Optional.empty();
    }
    return Optional.of(new SampleSettings(sample, required(SampleSettings.KEY, sampleKey)));
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new InputException(message);
    }
  }

  private static String required(String option, @Nullable String value) {
    if (value == null) {
      throw new InputException("redact needs " + option);
    }
    return value;
  }

  private void print(String folder, RedactionManifest manifest, double seconds) {
    PrintWriter to = spec.commandLine().getOut();
    to.printf(
        Locale.ROOT,
        "%,d %s of %,d %s redacted in %.1f s (start-up included)%n",
        manifest.documents(),
        manifest.documents() == 1 ? "document" : "documents",
        manifest.files(),
        manifest.files() == 1 ? "file" : "files",
        seconds);
    for (Map.Entry<String, Long> kind : manifest.counts().entrySet()) {
      to.printf(Locale.ROOT, "  %-16s %,12d%n", kind.getKey(), kind.getValue());
    }
    if (manifest.replaced() > 0) {
      to.printf(Locale.ROOT, "  %-16s %,12d damaged characters%n", "replaced", manifest.replaced());
    }
    if (manifest.dropped() > 0) {
      to.printf(Locale.ROOT, "  %-16s %,12d documents%n", "dropped", manifest.dropped());
    }
    RedactionManifest.AnonymityReport anonymity = manifest.anonymity();
    if (anonymity != null) {
      to.printf(
          Locale.ROOT,
          "  %,d groups with the same %s, the smallest of %,d rows%s%n",
          anonymity.found().groups(),
          String.join(", ", anonymity.required().quasiIdentifiers()),
          anonymity.found().smallest(),
          anonymity.required().sensitive().isEmpty()
              ? ""
              : String.format(
                  Locale.ROOT,
                  ", the least diverse with %,d values of %s",
                  anonymity.found().leastDiverse(),
                  anonymity.required().sensitive()));
    }
    to.printf("  policy           %s%n", manifest.policy());
    to.printf("  output           %s%n", folder);
    if (manifest.sample() > 0) {
      to.printf("  review sample    %s/%s%n", folder, SealedSample.FILE);
    }
  }
}
