package io.centroid.explain;

import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.error.InputException;
import io.centroid.model.TextTokenizer;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.text.Tokenizer;
import java.io.IOException;
import java.util.List;

/**
 * A trained text classifier as a function of texts; its outputs are class probabilities. Texts are
 * cut to the model's number of positions. Not thread-safe.
 */
public final class TextNetwork implements TextFunction, AutoCloseable {
  private static final int TEXTS = 16;

  private final Learner learner;
  private final Tokenizer tokenizer;
  private final Batch batch;

  private TextNetwork(TrainedModel trained, Tokenizer tokenizer, Learner learner) {
    this.learner = learner;
    this.tokenizer = tokenizer;
    this.batch = new Batch(trained.network().input(), TEXTS);
  }

  /**
   * Loads the parameters.
   *
   * @throws InputException if the model does not classify texts, or has no tokenizer
   */
  public static TextNetwork of(TrainedModel trained) throws IOException {
    if (!(trained.network().architecture() instanceof Architecture.Gpt2 gpt2)
        || !gpt2.classifies()) {
      throw new InputException(trained.path() + ": it does not classify texts");
    }
    Tokenizer tokenizer = TextTokenizer.of(trained).tokenizer();
    return new TextNetwork(trained, tokenizer, NetworkFunction.learner(trained));
  }

  @Override
  public double[][] apply(List<String> texts) {
    double[][] outputs = new double[texts.size()][];
    int most = batch.shape().size();
    Examples.Builder examples =
        new Examples.Builder(batch.shape(), SourceSchema.FeatureKind.TOKENS, texts.size());
    for (String text : texts) {
      int[] ids = encode(text);
      examples.addText(ids, Math.min(ids.length, most), Float.NaN);
    }
    Examples built = examples.build();
    for (int from = 0; from < texts.size(); from += TEXTS) {
      batch.fill(built, Normalization.NONE, from, Math.min(from + TEXTS, texts.size()));
      NetworkFunction.copy(learner.predict(batch), outputs, from, batch.size());
    }
    return outputs;
  }

  /** The tokens of a text, at least one. */
  private int[] encode(String text) {
    int[] ids = tokenizer.encodeOrdinary(text);
    if (ids.length > 0) {
      return ids;
    }
    return tokenizer.endOfText().isPresent()
        ? new int[] {tokenizer.endOfText().getAsInt()}
        : tokenizer.encodeOrdinary(" ");
  }

  @Override
  public void close() {
    learner.close();
  }
}
