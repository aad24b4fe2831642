package io.centroid.onnx;

import io.centroid.InputException;
import io.centroid.generate.ContextOverflow;
import io.centroid.generate.Generation;
import io.centroid.generate.SampledSequence;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.TokenListener;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A language model in ONNX that goes on with texts, with the names of inputs and outputs that
 * Hugging Face's Optimum gives them. With {@code past_key_values} each token is computed once;
 * without, the whole text is computed anew for each token. Threads may use it at once, each with
 * texts of its own.
 */
public final class OnnxLanguageModel implements AutoCloseable {
  public static final String IDS = "input_ids";
  public static final String MASK = "attention_mask";
  public static final String POSITIONS = "position_ids";
  public static final String LOGITS = "logits";

  /** The metadata property that holds the longest text in tokens. */
  public static final String MOST_TOKENS = "positions";

  /** Tokens of a long prompt that go through the model at once, since each has its logits. */
  private static final int AT_ONCE = 64;

  private final OnnxModel model;
  private final int layers;
  private final int vocabulary;
  private final int positions;

  private OnnxLanguageModel(OnnxModel model, int layers, int vocabulary, int positions) {
    this.model = model;
    this.layers = layers;
    this.vocabulary = vocabulary;
    this.positions = positions;
  }

  /** The name of an input with earlier tokens' {@code key} or {@code value}. */
  public static String past(int layer, String what) {
    return "past_key_values." + layer + "." + what;
  }

  /** The name of an output with all tokens' {@code key} or {@code value}. */
  public static String present(int layer, String what) {
    return "present." + layer + "." + what;
  }

  /**
   * Takes a model over; closing this closes it.
   *
   * @throws InputException if it is no language model, or does not say how many positions it has
   */
  public static OnnxLanguageModel of(OnnxModel model) {
    OnnxModel.Port logits = model.outputs().get(LOGITS);
    if (!model.inputs().containsKey(IDS) || logits == null || logits.shape().size() != 3) {
      throw new InputException(
          model.place()
              + ": expected a language model with "
              + IDS
              + " and "
              + LOGITS
              + " of 3 dimensions, found "
              + model.inputs().keySet()
              + " and "
              + model.outputs().keySet());
    }
    int layers = 0;
    while (model.inputs().containsKey(past(layers, "key"))) {
      layers++;
    }
    String positions = model.metadata().getOrDefault(MOST_TOKENS, "");
    if (!positions.matches("[1-9][0-9]{0,8}")) {
      throw new InputException(
          model.place() + ": metadata " + MOST_TOKENS + " must be a number of tokens");
    }
    return new OnnxLanguageModel(
        model, layers, Math.toIntExact(logits.shape().get(2)), Integer.parseInt(positions));
  }

  /** Whether each token is computed once. */
  public boolean hasCache() {
    return layers > 0;
  }

  public int vocabulary() {
    return vocabulary;
  }

  /** The longest text in tokens. */
  public int positions() {
    return positions;
  }

  /** A text on its way; to be closed. Not thread-safe. */
  public final class Text implements AutoCloseable {
    private int[] ids = {};
    private OnnxModel.@Nullable Results cache;
    private int cached;

    private Text() {}

    /** Tokens that it has. */
    public int length() {
      return ids.length;
    }

    /**
     * Adds tokens.
     *
     * @return the logits of what follows each of them, (tokens, vocabulary)
     */
    public float[] add(int... more) {
      if (ids.length + more.length > positions) {
        throw new IllegalArgumentException(
            "a text of more than " + positions + " tokens: " + (ids.length + more.length));
      }
      int from = ids.length;
      ids = Arrays.copyOf(ids, from + more.length);
      System.arraycopy(more, 0, ids, from, more.length);
      if (!hasCache()) {
        float[] all = logits(ids);
        return Arrays.copyOfRange(all, from * vocabulary, all.length);
      }
      try {
        return advance(more);
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }

    private float[] advance(int[] more) {
      int total = cached + more.length;
      Map<String, OnnxModel.Input> inputs = new LinkedHashMap<>();
      inputs.put(IDS, longs(more));
      long[] ones = new long[total];
      Arrays.fill(ones, 1);
      inputs.put(MASK, new OnnxModel.Input.Integers(LongBuffer.wrap(ones), 1, total));
      long[] places = new long[more.length];
      Arrays.setAll(places, i -> cached + i);
      inputs.put(POSITIONS, new OnnxModel.Input.Integers(LongBuffer.wrap(places), 1, more.length));
      Set<String> wanted = new java.util.LinkedHashSet<>(Set.of(LOGITS));
      for (int layer = 0; layer < layers; layer++) {
        for (String what : new String[] {"key", "value"}) {
          inputs.put(past(layer, what), pastInput(layer, what));
          wanted.add(present(layer, what));
        }
      }
      OnnxModel.Results results = model.run(inputs, wanted);
      closeCache();
      cache = results;
      cached = total;
      return floats(results);
    }

    private OnnxModel.Input pastInput(int layer, String what) {
      OnnxModel.Results held = cache;
      if (held != null) {
        return new OnnxModel.Input.Result(held, present(layer, what));
      }
      OnnxModel.Port port = model.input(past(layer, what));
      return new OnnxModel.Input.Floats(
          java.nio.FloatBuffer.allocate(0), 1, port.shape().get(1), 0, port.shape().get(3));
    }

    private void closeCache() {
      OnnxModel.Results held = cache;
      cache = null;
      if (held != null) {
        held.close();
      }
    }

    @Override
    public void close() {
      closeCache();
    }
  }

  /** An empty text. */
  public Text text() {
    return new Text();
  }

  private static OnnxModel.Input longs(int[] ids) {
    long[] wide = new long[ids.length];
    Arrays.setAll(wide, i -> ids[i]);
    return new OnnxModel.Input.Integers(LongBuffer.wrap(wide), 1, ids.length);
  }

  private float[] logits(int[] ids) {
    try (OnnxModel.Results results = model.run(Map.of(IDS, longs(ids)), Set.of(LOGITS))) {
      return floats(results);
    }
  }

  private static float[] floats(OnnxModel.Results results) {
    java.nio.FloatBuffer buffer = results.floats(LOGITS);
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  /**
   * Goes on with a text, token after token.
   *
   * @param prompt one token or more
   * @param ending its strings must be empty, and end-of-text be one of its tokens: there is no
   *     tokenizer here
   * @param number of the text, on which its draws depend
   * @throws InputException if the prompt is empty, too long or has an unknown token
   */
  public Generation generate(
      int[] prompt, Sampling sampling, StopCriteria ending, int number, TokenListener listener) {
    requirePrompt(prompt, ending);
    SampledSequence sequence =
        new SampledSequence(number, prompt, vocabulary, positions, sampling, ending);
    Text text = text();
    try {
      float[] scores = fill(text, sequence.last(positions));
      while (true) {
        sequence.next(scores, scores.length - vocabulary, listener);
        if (sequence.isFinished()) {
          return sequence.result();
        }
        if (text.length() < positions) {
          scores = text.add(sequence.last(1));
        } else {
          text.close();
          text = text();
          scores = fill(text, sequence.last(SampledSequence.keptWhenFull(positions)));
        }
      }
    } finally {
      text.close();
    }
  }

  /** Adds a whole stretch of a text; returns the logits of what follows the last of them. */
  private float[] fill(Text text, int[] ids) {
    int step = hasCache() ? AT_ONCE : ids.length;
    float[] scores = {};
    for (int from = 0; from < ids.length; from += step) {
      scores = text.add(Arrays.copyOfRange(ids, from, Math.min(ids.length, from + step)));
    }
    return scores;
  }

  private void requirePrompt(int[] prompt, StopCriteria ending) {
    if (prompt.length == 0) {
      throw new InputException("the prompt is empty: expected a token");
    }
    if (!ending.strings().isEmpty()) {
      throw new InputException("texts end at strings only where there is a tokenizer");
    }
    if (ending.overflow() == ContextOverflow.STOP && prompt.length >= positions) {
      throw new InputException(
          "the prompt has " + prompt.length + " tokens: expected less than " + positions);
    }
    for (int id : prompt) {
      if (id < 0 || id >= vocabulary) {
        throw new InputException("token " + id + ": expected an id below " + vocabulary);
      }
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
