package io.centroid.model;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Engines;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A tokenizer for labeled texts.
 *
 * @param place location of the tokenizer, for messages
 */
public record TextTokenizer(String place, Tokenizer tokenizer) {

  /**
   * The tokenizer of a trained model.
   *
   * @throws InputException if it has none
   */
  public static TextTokenizer of(TrainedModel model) {
    if (model.tokenizerFiles().isEmpty()) {
      throw new InputException(model.path() + ": there is no tokenizer next to the model");
    }
    return new TextTokenizer(model.path(), TokenizerFiles.of(model.tokenizerFiles(), model.path()));
  }

  /** The tokenizer that a configuration names; null if its data needs none. */
  public static @Nullable TextTokenizer of(RunConfig config, HadoopFiles files, Engines engines)
      throws IOException {
    if (config.data().format() != RunConfig.Data.Format.TEXTS) {
      return null;
    }
    String named = config.data().texts().tokenizer();
    String location = named.isEmpty() ? config.model().initFrom() : named;
    if (location.isEmpty()) {
      throw new InputException(
          "data.texts.tokenizer must name a tokenizer's folder when data.format is texts and"
              + " model.init-from is empty");
    }
    Path folder = files.path(location);
    boolean plain =
        !CheckpointStore.isCheckpoint(folder, files.configuration())
            && TokenizerFiles.present(files, folder);
    if (!plain) {
      TokenizerFiles.requireNoOther(files, folder);
    }
    return plain
        ? new TextTokenizer(location, TokenizerFiles.read(files, folder))
        : of(TrainedModel.load(files, location, false, engines));
  }

  public Vocabulary vocabulary() {
    return new Vocabulary(place, tokenizer.vocabularySize(), tokenizer.files());
  }
}
