package io.centroid.run;

import io.centroid.InputException;
import io.centroid.data.HadoopFiles;
import io.centroid.huggingface.GenerationDefaults;
import io.centroid.huggingface.Gpt2ConfigJson;
import io.centroid.huggingface.ModelContents;
import io.centroid.huggingface.ModelWriter;
import io.centroid.kernels.FloatVector;
import io.centroid.model.Architecture;
import io.centroid.model.gpt2.Gpt2Layout;
import io.centroid.text.TokenizerFiles;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/** Trained models in the forms that other software reads. */
public final class ModelExport {
  private ModelExport() {}

  /**
   * Writes a GPT-2 as a folder in Hugging Face's format.
   *
   * @param overwrite whether a model that is there may be replaced
   * @param mostShardBytes of a file of weights
   * @throws InputException if it is another network, or the folder is taken
   */
  public static void huggingFace(
      HadoopFiles files,
      TrainedModel model,
      Path folder,
      boolean overwrite,
      OptionalLong mostShardBytes)
      throws IOException {
    if (!(model.network().architecture() instanceof Architecture.Gpt2 gpt2)) {
      throw new InputException(model.path() + " is no GPT-2; --to huggingface takes no other");
    }
    int classes = gpt2.classifies() ? model.network().outputs() : 0;
    model.requireLayout(Gpt2Layout.of(gpt2.config(), classes));
    float[] parameters = model.parameters();
    FloatVector vector = FloatVector.allocate(parameters.length);
    vector.load(parameters);
    Gpt2ConfigJson config =
        classes > 0
            ? Gpt2ConfigJson.of(gpt2.config(), labels(model, classes))
            : Gpt2ConfigJson.of(gpt2.config());
    OptionalInt end =
        model.tokenizerFiles().isEmpty()
            ? OptionalInt.empty()
            : TokenizerFiles.of(model.tokenizerFiles(), model.path()).endOfText();
    ModelWriter.write(
        files,
        folder,
        new ModelContents(
            end.isPresent() ? config.withEndOfText(end.getAsInt()) : config,
            classes,
            vector,
            otherFiles(model, classes, end)),
        overwrite,
        mostShardBytes);
  }

  private static Map<String, byte[]> otherFiles(
      TrainedModel model, int classes, OptionalInt endOfText) {
    Map<String, byte[]> all = new TreeMap<>(model.tokenizerFiles());
    if (classes == 0) {
      all.put(GenerationDefaults.FILE, GenerationDefaults.toJson(endOfText));
    }
    return all;
  }

  private static List<String> labels(TrainedModel model, int classes) {
    return model.classNames().isEmpty() ? Gpt2ConfigJson.unnamed(classes) : model.classNames();
  }
}
