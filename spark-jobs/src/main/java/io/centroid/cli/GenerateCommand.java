package io.centroid.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.cli.options.DecodingOptions;
import io.centroid.cli.options.RunOptions;
import io.centroid.cli.options.SamplingOptions;
import io.centroid.config.RunConfig;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.generate.Generation;
import io.centroid.generate.Generator;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.TokenListener;
import io.centroid.generate.decoder.CpuDecoding;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.io.SiteConfiguration;
import io.centroid.model.LanguageModel;
import io.centroid.nn.kernels.CpuKernels;
import io.centroid.nn.matrix.WeightFormat;
import io.centroid.spark.generate.GenerationJson;
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
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The {@code generate} command: generates text from prompts with a language model. */
@Command(
    name = "generate",
    description = {
      "Generate text from a prompt, locally, or for every line of a file as a Spark job.",
      "Tokens are streamed as they are sampled; --json prints one object at the end."
    },
    footer = {"", "Example:", "  centroid generate runs/shakespeare --prompt ROMEO:"},
    mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {
  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Mixin private ModelLocation model;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "Prompt; repeatable. An empty prompt starts a new text.")
  private List<String> prompts = List.of();

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description =
          "File with one prompt per line, any Hadoop URI. Runs as a Spark job; the output is JSON"
              + " Lines.")
  private @Nullable String file;

  @Option(
      names = "--score",
      description =
          "With --prompts: compute the log-probability of each line instead of generating text.")
  private boolean scores;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "With --prompts: new output folder for part files, any Hadoop URI; published atomically"
              + " (default: standard output).")
  private @Nullable String out;

  @Option(
      names = "--tokenizer",
      paramLabel = "FOLDER",
      description = "Folder of the tokenizer's files, any Hadoop URI (default: the model's own).")
  private @Nullable String tokenizer;

  @Mixin private DecodingOptions decoding;

  @Mixin private SamplingOptions sampling;

  @Mixin private RunOptions run;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    decoding.check(file == null);
    if (file != null) {
      requireTogether(prompts.isEmpty(), "--prompt and --prompts exclude each other");
      onSpark(file);
      return ExitCode.DONE;
    }
    requireTogether(!scores && out == null, "--score and --out require --prompts");
    requireTogether(!prompts.isEmpty(), "generate needs --prompt or --prompts");
    requireTogether(
        run.overrides().isEmpty(),
        "--master, --conf and --set require --prompts; --prompt runs on threads of this process");
    HadoopFiles files = model.withKeys(new HadoopFiles(SiteConfiguration.load()));
    try (LanguageModel opened =
            LanguageModel.open(files, location(files), decoding.here(), this::note);
        Generator generator =
            new Generator(
                opened.config(), opened.weights(), opened.tokenizer(), decoding.draftTokens())) {
      if (json) {
        print(opened, generator);
      } else {
        stream(opened, generator);
      }
    }
    return ExitCode.DONE;
  }

  private LanguageModel.Location location(HadoopFiles files) throws IOException {
    return new LanguageModel.Location(model.folder(files, this::note), model.best(), tokenizer);
  }

  /** Output of {@code --json} with {@code --out}. */
  private record Output(String out) {}

  private void requireTogether(boolean holds, String message) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private void note(String line) {
    centroid.terminal().note(line);
  }

  private StopCriteria stopCriteria(LanguageModel opened) {
    return sampling.options().stopCriteria(opened.defaults(), opened.config().vocabulary());
  }

  /** Token ids of each prompt. An invalid prompt is reported before any text is generated. */
  private List<int[]> encoded(
      LanguageModel opened, Generator generator, StopCriteria stopCriteria) {
    List<int[]> ids = new ArrayList<>();
    for (String prompt : prompts) {
      String name = "prompt " + ids.size();
      try {
        ids.add(opened.tokenizer().encode(prompt));
      } catch (InputException e) {
        throw new InputException(name + ": " + e.getMessage(), e);
      }
      generator.requirePrompt(name, ids.get(ids.size() - 1), stopCriteria);
    }
    return ids;
  }

  private void print(LanguageModel opened, Generator generator) {
    StopCriteria stopCriteria = stopCriteria(opened);
    List<Generation> generations =
        generator.generate(
            encoded(opened, generator, stopCriteria),
            sampling.options().sampling(opened.defaults()),
            stopCriteria,
            TokenListener.NONE);
    ObjectNode node = new ObjectMapper().createObjectNode();
    ArrayNode outputs = node.putArray("prompts");
    for (int i = 0; i < prompts.size(); i++) {
      outputs.add(GenerationJson.generated(opened, prompts.get(i), generations.get(i)));
    }
    spec.commandLine().getOut().println(node);
  }

  /**
   * Streams one prompt after the other, each token as soon as its UTF-8 characters are complete.
   */
  private void stream(LanguageModel opened, Generator generator) {
    PrintWriter terminal = spec.commandLine().getOut();
    Sampling options = sampling.options().sampling(opened.defaults());
    StopCriteria stopCriteria = stopCriteria(opened);
    List<int[]> ids = encoded(opened, generator, stopCriteria);
    for (int i = 0; i < prompts.size(); i++) {
      Utf8Stream characters = new Utf8Stream();
      terminal.print(prompts.get(i));
      terminal.flush();
      Generation generation =
          generator
              .generate(
                  i,
                  List.of(ids.get(i)),
                  options,
                  stopCriteria,
                  (prompt, id) -> {
                    terminal.print(characters.add(opened.tokenizer().bytes(id)));
                    terminal.flush();
                    centroid.requireWritten();
                  })
              .get(0);
      terminal.println(characters.end());
      terminal.flush();
      if (!centroid.isVerbose()) {
        continue;
      }
      note(
          String.format(
              Locale.ROOT,
              "%n[prompt: %d tokens in %.1f ms; generated: %d tokens, %.1f tokens/s, %.2f"
                  + " ms/token]",
              generation.promptTokens(),
              generation.prefillMillis(),
              generation.newTokens(),
              generation.tokensPerSecond(),
              generation.millisPerToken()));
    }
  }

  private void onSpark(String prompted) throws IOException {
    RunConfig config = run.load(null);
    if (config.compute().device() == RunConfig.Compute.DeviceKind.CUDA) {
      throw new InputException(
          "compute.device must be auto or cpu for generate --prompts, whose tasks compute on CPUs:"
              + " cuda");
    }
    config.compute().cpuKernels().ifPresent(CpuKernels::require);
    try (JavaSparkContext context = SparkContexts.start(config)) {
      model.keys().forEach(context.hadoopConfiguration()::set); // Executors open the model.
      HadoopFiles files = new HadoopFiles(context.hadoopConfiguration());
      LanguageModel.Location location = location(files);
      // Also opened on the driver, to report errors before the job starts. Executors pack weights.
      PromptsJob job;
      try (LanguageModel opened =
          LanguageModel.open(
              files,
              absolute(files, location),
              new CpuDecoding(WeightFormat.FLOAT32, 1),
              this::note)) {
        job =
            new PromptsJob(
                absolute(files, location),
                decoding.onExecutors(),
                sampling.options().sampling(opened.defaults()),
                stopCriteria(opened),
                scores,
                decoding.draftTokens());
      }
      requireLines(files.status(files.path(prompted)), prompted);
      if (out == null) {
        PrintWriter lines = spec.commandLine().getOut();
        job.outputs(context, prompted, lines::println);
        return;
      }
      OutputFolder folder = OutputFolder.in(files, out);
      folder.write(job, context, prompted);
      if (json) {
        spec.commandLine().getOut().println(Json.line(new Output(folder.path().toString())));
      } else {
        note("output written to " + folder.path());
      }
    }
  }

  private static void requireLines(FileStatus status, String prompted) {
    if (status.isDirectory()) {
      throw new InputException(
          prompted + ": is a folder, expected a file with one prompt per line");
    }
    if (status.getLen() == 0) {
      throw new InputException(prompted + ": is empty, expected one prompt per line");
    }
  }

  /** Makes the paths absolute: executors have other working directories. */
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
