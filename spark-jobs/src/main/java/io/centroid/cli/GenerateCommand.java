package io.centroid.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.ExitCode;
import io.centroid.InputException;
import io.centroid.config.RunConfig;
import io.centroid.generate.Generation;
import io.centroid.generate.Generator;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.TokenListener;
import io.centroid.io.HadoopFiles;
import io.centroid.model.LanguageModel;
import io.centroid.spark.generate.Answers;
import io.centroid.spark.generate.PromptsJob;
import io.centroid.spark.session.SparkContexts;
import io.centroid.text.Utf8Stream;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code generate}: lets a language model go on with prompts. */
@Command(
    name = "generate",
    description = {
      "Let a language model go on with a text, here and now or for every line of a file on Spark.",
      "The tokens appear as they are drawn; --json prints everything at the end."
    },
    mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private ModelPlace model;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "The text to go on with; may be repeated. Empty: from the start of a text.")
  private List<String> prompts = List.of();

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description =
          "Every line of a file, any Hadoop URI, as a prompt, on Spark: one JSON object a line.")
  private @Nullable String file;

  @Option(
      names = "--score",
      description = "With --prompts: tell how likely the lines are, instead of going on.")
  private boolean scores;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "With --prompts: write part files into a new folder (default: print).")
  private @Nullable String out;

  @Option(
      names = "--tokenizer",
      paramLabel = "DIR",
      description = "Folder of the tokenizer's files (default: those beside the model).")
  private @Nullable String tokenizer;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that share the work of --prompt (default: one a processor).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--prompt-lookup",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Guess up to N tokens that followed the same words before, and check them in one pass; 0:"
              + " one token a pass (${DEFAULT-VALUE}).")
  private int guesses;

  @Mixin private SamplingOptions sampling;

  @Mixin private ConfigurationOptions configuration;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    LanguageModel.Location location =
        new LanguageModel.Location(model.folder(), model.best(), tokenizer);
    if (file != null) {
      requireTogether(prompts.isEmpty(), "--prompt and --prompts exclude each other");
      onSpark(location, file);
      return ExitCode.DONE;
    }
    requireTogether(!scores && out == null, "--score and --out go with --prompts");
    requireTogether(!prompts.isEmpty(), "generate needs --prompt or --prompts");
    try (LanguageModel opened =
            LanguageModel.open(new HadoopFiles(new Configuration()), location, this::note);
        Generator generator =
            new Generator(
                opened.config(), opened.weights(), opened.tokenizer(), threads, guesses)) {
      if (json) {
        print(opened, generator);
      } else {
        stream(opened, generator);
      }
    }
    return ExitCode.DONE;
  }

  private void requireTogether(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private void note(String line) {
    spec.commandLine().getErr().println(line);
  }

  private StopCriteria ending(LanguageModel opened) {
    return sampling.options().stopCriteria(opened.defaults(), opened.config().vocabulary());
  }

  /** Each prompt's tokens; whatever is wrong with one is told before the first text. */
  private List<int[]> encoded(LanguageModel opened, Generator generator, StopCriteria ending) {
    List<int[]> ids = new ArrayList<>();
    for (String prompt : prompts) {
      String name = "prompt " + ids.size();
      try {
        ids.add(opened.tokenizer().encode(prompt));
      } catch (InputException e) {
        throw new InputException(name + ": " + e.getMessage(), e);
      }
      generator.requirePrompt(name, ids.get(ids.size() - 1), ending);
    }
    return ids;
  }

  private void print(LanguageModel opened, Generator generator) {
    StopCriteria ending = ending(opened);
    List<Generation> generations =
        generator.generate(
            encoded(opened, generator, ending),
            sampling.options().sampling(opened.defaults()),
            ending,
            TokenListener.NONE);
    ObjectNode node = new ObjectMapper().createObjectNode();
    ArrayNode answers = node.putArray("prompts");
    for (int i = 0; i < prompts.size(); i++) {
      answers.add(Answers.generated(opened, prompts.get(i), generations.get(i)));
    }
    spec.commandLine().getOut().println(node);
  }

  /** One prompt after the other, each token as soon as its characters are whole. */
  private void stream(LanguageModel opened, Generator generator) {
    PrintWriter terminal = spec.commandLine().getOut();
    Sampling drawn = sampling.options().sampling(opened.defaults());
    StopCriteria ending = ending(opened);
    List<int[]> ids = encoded(opened, generator, ending);
    for (int i = 0; i < prompts.size(); i++) {
      Utf8Stream characters = new Utf8Stream();
      terminal.print(prompts.get(i));
      terminal.flush();
      Generation generation =
          generator
              .generate(
                  i,
                  List.of(ids.get(i)),
                  drawn,
                  ending,
                  (prompt, id) -> {
                    terminal.print(characters.add(opened.tokenizer().bytes(id)));
                    terminal.flush();
                  })
              .get(0);
      terminal.println(characters.end());
      terminal.flush();
      note(
          String.format(
              Locale.ROOT,
              "%n[prompt of %d tokens in %.1f ms, then %d tokens at %.1f a second (%.2f ms each)]",
              generation.promptTokens(),
              generation.prefillMillis(),
              generation.newTokens(),
              generation.tokensPerSecond(),
              generation.millisPerToken()));
    }
  }

  private void onSpark(LanguageModel.Location location, String prompted) throws IOException {
    RunConfig config = RunConfig.load(null, configuration.overrides());
    try (JavaSparkContext spark = SparkContexts.start(config)) {
      HadoopFiles files = new HadoopFiles(spark.hadoopConfiguration());
      // Opened here too: what is wrong with it is said before the job starts.
      PromptsJob job;
      try (LanguageModel opened =
          LanguageModel.open(files, absolute(files, location), this::note)) {
        job =
            new PromptsJob(
                absolute(files, location),
                sampling.options().sampling(opened.defaults()),
                ending(opened),
                scores,
                guesses);
      }
      requireLines(files.status(files.path(prompted)), prompted);
      if (out == null) {
        PrintWriter lines = spec.commandLine().getOut();
        job.answers(spark, prompted).forEach(lines::println);
        return;
      }
      AnswerFolder folder = AnswerFolder.in(files, out);
      folder.write(job, spark, prompted);
      note("answers written to " + folder.path());
    }
  }

  private static void requireLines(FileStatus status, String prompted) {
    if (status.isDirectory()) {
      throw new InputException(prompted + ": a folder, expected a file with a prompt on each line");
    }
    if (status.getLen() == 0) {
      throw new InputException(prompted + ": is empty, expected a prompt on each line");
    }
  }

  /** Executors have other working directories. */
  private static LanguageModel.Location absolute(
      HadoopFiles files, LanguageModel.Location location) {
    return new LanguageModel.Location(
        absolute(files, location.model()),
        location.best(),
        Optional.ofNullable(location.tokenizer())
            .map(folder -> absolute(files, folder))
            .orElse(null));
  }

  private static String absolute(HadoopFiles files, String place) {
    Path path = files.path(place);
    return files.fileSystem(path).makeQualified(path).toString();
  }
}
