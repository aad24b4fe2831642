package io.centroid.model;

import io.centroid.error.InputException;
import io.centroid.generate.decoder.Decoders;
import io.centroid.generate.decoder.Decoding;
import io.centroid.huggingface.GenerationDefaults;
import io.centroid.huggingface.ModelDirectory;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Architecture;
import io.centroid.nn.Engines;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import io.centroid.text.bpe.PublishedGpt2;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A GPT-2 language model with its tokenizer. Its weights are read-only, so that threads can share
 * them. Closing it frees the weights.
 *
 * @param path folder of a checkpoint, or of a model in Hugging Face's format
 * @param defaults generation defaults of the model, if it has any
 * @param weights weights in the format in which the model was opened
 * @param memory memory of the float weights that are not used in place
 */
public record LanguageModel(
    String path,
    Gpt2Config config,
    Decoders weights,
    Tokenizer tokenizer,
    Optional<GenerationDefaults> defaults,
    Arena memory)
    implements AutoCloseable {

  /**
   * Location of a model and its tokenizer.
   *
   * @param model location of a run, a checkpoint, or a model in Hugging Face's format
   * @param best whether to open the checkpoint of a run with the best validation metric, not the
   *     newest
   * @param tokenizer folder with tokenizer files; null means the model's folder
   */
  public record Location(String model, boolean best, @Nullable String tokenizer)
      implements java.io.Serializable {}

  /**
   * Opens a model. F32 weights in a local folder of Hugging Face's format are used in place; packed
   * weights are kept instead of the floats that they replace.
   *
   * @param decoding how the model is decoded
   * @param notes receives remarks for the user
   * @throws InputException if there is no model, if it is not a language model, or if it has no
   *     tokenizer, or if the decoding is not possible here
   */
  public static LanguageModel open(
      HadoopFiles files, Location location, Decoding decoding, Consumer<String> notes)
      throws IOException {
    TrainedModel model = TrainedModel.load(files, location.model(), location.best(), Engines.CPU);
    if (!(model.network().architecture() instanceof Architecture.Gpt2 gpt2) || gpt2.classifies()) {
      throw new InputException(model.path() + " is not a language model; use predict");
    }
    model.notes().forEach(notes);
    Gpt2Config config = gpt2.config();
    Tokenizer tokenizer = tokenizer(files, location, model, config, notes);
    if (tokenizer.vocabularySize() > config.vocabulary()) {
      throw new InputException(
          model.path()
              + ": its tokenizer has "
              + tokenizer.vocabularySize()
              + " tokens, the model "
              + config.vocabulary());
    }
    Optional<ModelDirectory> directory = model.directory();
    directory.flatMap(ModelDirectory::generationNote).ifPresent(notes);
    Arena memory = new Arena();
    try {
      Map<String, FloatVector> tensors =
          directory.isPresent() ? directory.get().tensors(memory) : tensors(config, model, memory);
      return new LanguageModel(
          model.path(),
          config,
          decoding.decoders(config, tensors),
          tokenizer,
          directory.map(ModelDirectory::generation),
          memory);
    } catch (IOException | RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  /** A vector for each tensor, so that those that have been packed are freed. */
  private static Map<String, FloatVector> tensors(
      Gpt2Config config, TrainedModel model, Arena memory) throws IOException {
    ParameterLayout layout = Gpt2Layout.of(config);
    model.requireLayout(layout);
    float[] parameters = model.parameters();
    Map<String, FloatVector> tensors = new HashMap<>();
    for (ParameterLayout.Entry entry : layout.entries()) {
      FloatVector vector = memory.allocate(entry.size());
      int from = Math.toIntExact(entry.offset());
      vector.load(Arrays.copyOfRange(parameters, from, from + Math.toIntExact(entry.size())));
      tensors.put(entry.name(), vector);
    }
    return tensors;
  }

  private static Tokenizer tokenizer(
      HadoopFiles files,
      Location location,
      TrainedModel model,
      Gpt2Config config,
      Consumer<String> notes) {
    if (location.tokenizer() != null) {
      return TokenizerFiles.read(files, files.path(location.tokenizer()));
    }
    if (!model.tokenizerFiles().isEmpty()) {
      return TokenizerFiles.of(model.tokenizerFiles(), model.path());
    }
    TokenizerFiles.requireNoOther(files, files.path(model.path()));
    Tokenizer published = PublishedGpt2.tokenizer();
    if (config.vocabulary() != published.vocabularySize()) {
      throw new InputException(
          model.path()
              + ": there is no tokenizer next to the model (tokenizer.json, or vocab.json and"
              + " merges.txt); --tokenizer names one");
    }
    notes.accept(
        model.path()
            + " has no tokenizer files; using the tokenizer of the published GPT-2, which also has"
            + " 50,257 tokens");
    return published;
  }

  @Override
  public void close() {
    weights.close();
    memory.close();
  }
}
