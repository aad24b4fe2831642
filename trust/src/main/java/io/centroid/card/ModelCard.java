package io.centroid.card;

import io.centroid.leak.ModelFiles;
import io.centroid.model.TrainedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A model card in Hugging Face's format: metadata in YAML, then Markdown for people (Mitchell et
 * al. 2019, "Model Cards for Model Reporting"). It says what the run recorded, and what it did not.
 */
public final class ModelCard {
  /** Name of the file in a model's folder. */
  public static final String FILE = "README.md";

  private final CardContent content;
  private final CardMetadata metadata;

  private ModelCard(CardContent content, String name) {
    this.content = content;
    this.metadata = new CardMetadata(content, name);
  }

  /**
   * The card of a model.
   *
   * @param files files of the model's run
   * @param parametersSha256 SHA-256 of its float32 little-endian parameter vector
   * @param overrides overrides of {@code card} keys as {@code key=value}
   * @throws io.centroid.error.InputException if a setting, {@code leak.json} or {@code groups.json}
   *     is invalid
   */
  public static ModelCard of(
      ModelFiles files, TrainedModel model, String parametersSha256, List<String> overrides)
      throws IOException {
    CardContent content = CardContent.read(files, model, parametersSha256, overrides);
    return new ModelCard(content, name(files.folder().getName(), content.hidesSeed()));
  }

  /**
   * The name of a model.
   *
   * @param folder name of its run's folder, which may end with digits of a hash of the settings
   * @param hidesSeed whether to leave out these, from which a seed could be found by trying
   */
  static String name(String folder, boolean hidesSeed) {
    String name = hidesSeed ? folder.replaceFirst("-[0-9a-f]{8}$", "") : folder;
    return name.isEmpty() ? "model" : name;
  }

  /** The card in UTF-8. */
  public byte[] toMarkdown() {
    Markdown text = new CardText(content, metadata).write();
    return (metadata.yaml() + text).getBytes(StandardCharsets.UTF_8);
  }
}
