package io.centroid.onnx;

import io.centroid.error.InputException;
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
 * Text generation with a language model in ONNX. Inputs and outputs have the names that Hugging
 * Face's Optimum uses. With {@code past_key_values} each token is computed once; without them the
 * whole text is recomputed for each token. Thread-safe, if each {@link Text} is used by one thread.
 */
public final class OnnxLanguageModel implements AutoCloseable {
  public static final String IDS = "input_ids";
  public static final String MASK = "attention_mask";
  public static final String POSITIONS = "position_ids";
  public static final String LOGITS = "logits";

  /** The metadata property with the context length in tokens. */
  public static final String MAX_TOKENS = "positions";

  /** Tokens of a prompt per run of the model; bounds the memory of the logits. */
  private static final int PROMPT_CHUNK = 64;

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

  /** The name of the input with cached keys or values; {@code what} is key or value. */
  public static String past(int layer, String what) {
    return "past_key_values." + layer + "." + what;
  }

  /** The name of the output with all keys or values; {@code what} is key or value. */
  public static String present(int layer, String what) {
    return "present." + layer + "." + what;
  }

  /**
   * Wraps a model; {@link #close} closes it.
   *
   * @throws InputException if it is not a language model, or its metadata has no context length
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
    String positions = model.metadata().getOrDefault(MAX_TOKENS, "");
    if (!positions.matches("[1-9][0-9]{0,8}")) {
      throw new InputException(
          model.place() + ": metadata " + MAX_TOKENS + " must be a number of tokens");
    }
    return new OnnxLanguageModel(
        model, layers, Math.toIntExact(logits.shape().get(2)), Integer.parseInt(positions));
  }

  /** Whether the model has a key-value cache. */
  public boolean hasCache() {
    return layers > 0;
  }

  public int vocabulary() {
    return vocabulary;
  }

  /** The context length in tokens. */
  public int positions() {
    return positions;
  }

  /** A token sequence with its key-value cache. Not thread-safe; must be closed. */
  public final class Text implements AutoCloseable {
    private int[] ids = {};
    private OnnxModel.@Nullable Results cache;
    private int cached;

    private Text() {}

    /** The number of tokens. */
    public int length() {
      return ids.length;
    }

    /**
     * Appends tokens.
     *
     * @return the logits of the next token after each of them, shape (tokens, vocabulary)
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
      OnnxModel.Results results = cache;
      if (results != null) {
        return new OnnxModel.Input.Result(results, present(layer, what));
      }
      OnnxModel.Port port = model.input(past(layer, what));
      return new OnnxModel.Input.Floats(
          java.nio.FloatBuffer.allocate(0), 1, port.shape().get(1), 0, port.shape().get(3));
    }

    private void closeCache() {
      OnnxModel.Results results = cache;
      cache = null;
      if (results != null) {
        results.close();
      }
    }

    @Override
    public void close() {
      closeCache();
    }
  }

  /** A new empty text. */
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
   * Generates a continuation of a prompt.
   *
   * @param prompt at least one token
   * @param stop stop criteria without strings; end-of-text must be one of the tokens, since there
   *     is no tokenizer
   * @param number number of the text; part of the sampling seed
   * @throws InputException if the prompt is empty, too long, or has an unknown token
   */
  public Generation generate(
      int[] prompt, Sampling sampling, StopCriteria stop, int number, TokenListener listener) {
    requirePrompt(prompt, stop);
    SampledSequence sequence =
        new SampledSequence(number, prompt, vocabulary, positions, sampling, stop);
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

  /** Appends tokens in chunks; returns the logits after the last chunk. */
  private float[] fill(Text text, int[] ids) {
    int step = hasCache() ? PROMPT_CHUNK : ids.length;
    float[] scores = {};
    for (int from = 0; from < ids.length; from += step) {
      scores = text.add(Arrays.copyOfRange(ids, from, Math.min(ids.length, from + step)));
    }
    return scores;
  }

  private void requirePrompt(int[] prompt, StopCriteria stop) {
    if (prompt.length == 0) {
      throw new InputException("the prompt is empty: expected at least one token");
    }
    if (!stop.strings().isEmpty()) {
      throw new InputException("stop strings need a tokenizer, which an ONNX model does not have");
    }
    if (stop.overflow() == ContextOverflow.STOP && prompt.length >= positions) {
      throw new InputException(
          "the prompt has " + prompt.length + " tokens, expected fewer than " + positions);
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
