package io.centroid.cli;

import io.centroid.Trainer;
import io.centroid.cli.options.KeyOptions;
import io.centroid.cli.options.RunOptions;
import io.centroid.cli.process.ShellWord;
import io.centroid.cli.report.ProgressReport;
import io.centroid.config.RunConfig;
import io.centroid.config.Settings;
import io.centroid.error.ExitCode;
import io.centroid.privacy.PrivacyGuarantee;
import io.centroid.run.metrics.RunResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The {@code train} command: trains a network, or resumes an interrupted run. */
@Command(
    name = "train",
    description = {
      "Train a network by parameter averaging, or resume an interrupted run.",
      "Without a configuration file it trains on built-in synthetic digits; nothing is downloaded.",
      "With data of your own it then uses conf/table.conf (data.format = csv) or"
          + " conf/gpt2-classify.conf (texts)."
    },
    footer = {"", "Example:", "  centroid train conf/mnist.conf --set train.epochs=3"},
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  private static final String DEFAULTS = "the defaults of reference.conf";

  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description =
          "Configuration file, a local path or any Hadoop URI, for example conf/mnist.conf.")
  private @Nullable String file;

  @Mixin private RunOptions options;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    long startedNanos = System.nanoTime();
    String location = file == null ? shipped() : file;
    RunConfig config = options.load(location);
    PrintWriter out = spec.commandLine().getOut();
    try (ProgressReport progress = centroid.progress();
        Session session = Session.open(config)) {
      if (file == null && config.data().format() != RunConfig.Data.Format.DIGITS) {
        progress.onNote("no CONF is named: using " + (location == null ? DEFAULTS : location));
      }
      List<String> start = ModelLocation.initFrom(config, session.files(), progress::onNote);
      RunConfig resolved = start.isEmpty() ? config : options.load(location, start);
      RunResult result =
          Trainer.run(
              session.inForce(resolved), Centroid.ENGINES, session, progress, Centroid.REPORTERS);
      if (json) {
        out.println(result.toJson());
      } else {
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        String evaluation =
            evaluation(result, resolved.data().format())
                + KeyOptions.wordsFor(session.files().configuration());
        print(out, result, evaluation, progress.trainedExamples(), seconds);
      }
    }
    return ExitCode.DONE;
  }

  /**
   * The shipped configuration for the format of the data that the options name; null (the defaults)
   * under a plain spark-submit, and for texts and a GPT-2 that is described, not fine-tuned.
   */
  private @Nullable String shipped() {
    String home = System.getProperty(Centroid.HOME);
    if (home == null) {
      return null;
    }
    Settings set = Settings.load(null, options.overrides());
    String name =
        switch (set.text("data.format")) {
          case "csv" -> "table.conf";
          case "texts" -> "gpt2-classify.conf";
          default -> "digits.conf";
        };
    if (name.startsWith("gpt2") && set.text("model.name").equals("gpt2")) {
      return null;
    }
    Path shipped = Path.of(home, "conf", name);
    return Files.exists(shipped) ? shipped.toString() : null;
  }

  /**
   * Prints the result.
   *
   * @param evaluation the command that evaluates the model
   * @param trained number of examples trained on by this process
   * @param seconds wall-clock duration of the command
   */
  private void print(
      PrintWriter out, RunResult result, String evaluation, long trained, double seconds) {
    out.println();
    out.printf(
        Locale.ROOT,
        "Trained %s: %s%n",
        result.epochs() == 0 ? counted(result.step(), "step") : counted(result.epochs(), "epoch"),
        pace(result.examples(), trained, seconds));
    if (result.stoppedEarly() != null) {
      out.printf("  stopped early: %s%n", result.stoppedEarly());
    }
    metrics(out, "validation", result.validation());
    metrics(out, "test", result.test());
    PrivacyGuarantee privacy = result.privacy();
    if (privacy != null) {
      out.printf(Locale.ROOT, "  privacy     %s%n", privacy.description());
    }
    out.printf(Locale.ROOT, "  run         %s%n", result.runDir());
    if (centroid.isVerbose()) {
      out.printf(Locale.ROOT, "  checkpoint  step-%08d%n", result.step());
      out.printf(Locale.ROOT, "  rounds      %,d%n", result.rounds());
      out.printf("  parameters  SHA-256 %s%n", result.parametersSha256());
    }
    String warning = result.warning();
    if (warning != null) {
      out.printf("%nWARNING: %s%n", warning);
    }
    out.println();
    out.println("Evaluate:  " + evaluation);
  }

  /** The command that evaluates the model; only the built-in digits need no name. */
  private static String evaluation(RunResult result, RunConfig.Data.Format format) {
    return Centroid.PROMPT
        + " evaluate "
        + ShellWord.of(result.runDir())
        + (format == RunConfig.Data.Format.DIGITS ? "" : " --recorded-data")
        + part(result);
  }

  /** The speed of the whole command; a resumed run trained only a part of its examples. */
  static String pace(long examples, long trained, double seconds) {
    if (trained == 0) {
      return String.format(Locale.ROOT, "%,d examples", examples);
    }
    return String.format(
        Locale.ROOT,
        "%s%,d examples in %.1f s (%,.0f examples/s, start-up and evaluation included)",
        trained < examples ? String.format(Locale.ROOT, "%,d of ", trained) : "",
        Math.max(trained, examples),
        seconds,
        trained / seconds);
  }

  private static String counted(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
  }

  /** The {@code --part} option that {@code evaluate} needs for a run without test examples. */
  private static String part(RunResult result) {
    if (!result.test().isEmpty()) {
      return "";
    }
    return result.validation().isEmpty() ? " --part train" : " --part validation";
  }

  private static void metrics(PrintWriter out, String part, Map<String, Double> metrics) {
    if (metrics.isEmpty()) {
      return;
    }
    Double accuracy = metrics.get("accuracy");
    Double perplexity = metrics.get("perplexity");
    if (perplexity != null && accuracy != null) {
      out.printf(
          Locale.ROOT,
          "  %-11s loss %.4f, perplexity %.3f, next-token accuracy %.2f %%%n",
          part,
          metrics.get("loss"),
          perplexity,
          100 * accuracy);
      return;
    }
    String quality =
        accuracy == null
            ? error(metrics)
            : String.format(Locale.ROOT, "accuracy %.2f %%", 100 * accuracy);
    out.printf(Locale.ROOT, "  %-11s %s, loss %.4f%n", part, quality, metrics.get("loss"));
  }

  private static String error(Map<String, Double> metrics) {
    Double r2 = metrics.get("r2");
    return String.format(
        Locale.ROOT,
        "mean absolute error %.4f%s",
        metrics.get("meanAbsoluteError"),
        r2 == null ? "" : String.format(Locale.ROOT, ", R2 %.4f", r2));
  }
}
