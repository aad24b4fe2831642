package io.centroid.cli.trust;

import io.centroid.card.ModelCard;
import io.centroid.cli.Centroid;
import io.centroid.cli.ModelLocation;
import io.centroid.error.ExitCode;
import io.centroid.io.HadoopFiles;
import io.centroid.io.SiteConfiguration;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import io.centroid.leak.ModelFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.kernels.FloatVector;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The {@code card} command: writes the model card of a trained model. */
@Command(
    name = "card",
    description = {
      "Write the model card of a trained model in Hugging Face's format: data, redaction, metrics"
          + " by class and group, privacy, leak check, limits, license, provenance.",
      "export writes the same card as README.md."
    },
    footer = {
      "",
      "Example:",
      "  centroid card runs/digits-18e030dc --set card.license=apache-2.0 --out README.md"
    },
    mixinStandardHelpOptions = true)
public final class CardCommand implements Callable<Integer> {
  @ParentCommand private Centroid centroid;

  @Spec private CommandSpec spec;

  @Mixin private ModelLocation location;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "File to write, any Hadoop URI; replaced atomically (default: standard output).")
  private @Nullable String out;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set a key of card, such as card.license; others are the run's own.")
  private List<String> overrides = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    HadoopFiles files = location.withKeys(new HadoopFiles(SiteConfiguration.load()));
    TrainedModel model = location.load(files, Centroid.ENGINES, centroid.terminal()::note);
    byte[] card =
        ModelCard.of(
                ModelFiles.of(files, model.path()),
                model,
                FloatVector.sha256(model.parameters()),
                overrides)
            .toMarkdown();
    PrintWriter printer = spec.commandLine().getOut();
    if (out == null) {
      printer.print(new String(card, StandardCharsets.UTF_8));
      return ExitCode.DONE;
    }
    Path target = files.path(out);
    Storage storage = Storage.of(files, target);
    AtomicFile.ofManyWriters(storage, storage.qualified(target)).write(card);
    printer.println(model.path() + ": model card written to " + target);
    return ExitCode.DONE;
  }
}
