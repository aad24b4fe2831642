package io.centroid.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.data.HadoopFiles;
import io.centroid.run.ModelExport;
import io.centroid.run.TrainedModel;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code export}: writes a trained model in the form that other software reads. */
@Command(
    name = "export",
    description = {
      "Write a trained model in the form that other software reads.",
      "huggingface: a GPT-2 as config.json, model.safetensors and its tokenizer's files."
    },
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  private static final long MEBIBYTE = 1L << 20;

  /** Forms that a model is written in. */
  enum Form {
    HUGGINGFACE
  }

  @Spec private CommandSpec spec;

  @Mixin private ModelPlace model;

  @Option(
      names = "--to",
      paramLabel = "huggingface",
      required = true,
      description = "The form to write.")
  private Form form;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      required = true,
      description = "Folder to write, any Hadoop URI; it appears whole or not at all.")
  private String out;

  @Option(names = "--overwrite", description = "Replace a model that is there.")
  private boolean overwrite;

  @Option(
      names = "--shard-mebibytes",
      paramLabel = "N",
      description = "Cut weights that are larger into files of at most so many MiB.")
  private @Nullable Integer shard;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    HadoopFiles files = new HadoopFiles(new Configuration());
    TrainedModel trained = model.load(files);
    Path folder = files.path(out);
    switch (form) {
      case HUGGINGFACE ->
          ModelExport.huggingFace(
              files,
              trained,
              folder,
              overwrite,
              shard == null ? OptionalLong.empty() : OptionalLong.of(shard * MEBIBYTE));
    }
    if (json) {
      ObjectNode node = new ObjectMapper().createObjectNode();
      node.put("checkpoint", trained.path());
      node.put("out", folder.toString());
      spec.commandLine().getOut().println(node);
    } else {
      spec.commandLine().getOut().println(trained.path() + " written to " + folder);
    }
    return ExitCode.DONE;
  }
}
