package io.centroid.model;

import io.centroid.error.InputException;
import io.centroid.huggingface.GenerationDefaults;
import io.centroid.huggingface.Gpt2ConfigJson;
import io.centroid.huggingface.ModelContents;
import io.centroid.huggingface.ModelDirectory;
import io.centroid.nn.Architecture;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.text.TokenizerFiles;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Converts trained models to the contents of Hugging Face's format. */
public final class ModelExport {
  private ModelExport() {}

  /**
   * Converts a GPT-2 and its tokenizer's files.
   *
   * @throws InputException if the model is not a GPT-2
   */
  public static ModelContents huggingFace(TrainedModel model) throws IOException {
    if (!(model.network().architecture() instanceof Architecture.Gpt2 gpt2)) {
      throw new InputException(
          model.path() + " is not a GPT-2 model, the only kind that --to huggingface supports");
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
    return new ModelContents(
        end.isPresent() ? config.withEndOfText(end.getAsInt()) : config,
        classes,
        vector,
        otherFiles(model, classes, end));
  }

  private static Map<String, byte[]> otherFiles(
      TrainedModel model, int classes, OptionalInt endOfText) {
    Map<String, byte[]> all = new TreeMap<>(model.tokenizerFiles());
    if (classes == 0) {
      all.put(GenerationDefaults.FILE, GenerationDefaults.toJson(endOfText));
      model.directory().map(ModelDirectory::otherFiles).ifPresent(all::putAll);
    }
    return all;
  }

  private static List<String> labels(TrainedModel model, int classes) {
    return model.classNames().isEmpty() ? Gpt2ConfigJson.unnamed(classes) : model.classNames();
  }
}
