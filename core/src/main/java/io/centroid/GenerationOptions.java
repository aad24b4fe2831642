package io.centroid;

import io.centroid.error.InputException;
import io.centroid.generate.ContextOverflow;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.huggingface.GenerationDefaults;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Options of text generation. What is not set comes from the model's {@code generation_config.json}
 * if that file turns sampling on ({@code do_sample}); otherwise it has the defaults documented
 * here, which sample too: {@code temperature(0)} decodes greedily. Immutable: each method returns
 * another.
 */
public final class GenerationOptions {
  /** No option is set. */
  public static final GenerationOptions DEFAULTS = new GenerationOptions();

  private static final double DEFAULT_TEMPERATURE = 0.8;
  private static final int DEFAULT_TOP_K = 200;
  private static final int DEFAULT_NEW_TOKENS = 100;
  private static final long DEFAULT_SEED = 42;

  private @Nullable Integer newTokens;
  private @Nullable Double temperature;
  private @Nullable Integer topK;
  private @Nullable Double topP;
  private @Nullable Double repetitionPenalty;
  private long seed = DEFAULT_SEED;
  private List<String> stops = List.of();
  private Set<Integer> stopTokens = Set.of();
  private ContextOverflow overflow = ContextOverflow.SLIDE;

  private GenerationOptions() {}

  private GenerationOptions(GenerationOptions other) {
    newTokens = other.newTokens;
    temperature = other.temperature;
    topK = other.topK;
    topP = other.topP;
    repetitionPenalty = other.repetitionPenalty;
    seed = other.seed;
    stops = other.stops;
    stopTokens = other.stopTokens;
    overflow = other.overflow;
  }

  /**
   * Largest number of new tokens; by default 100.
   *
   * @param count at least 1
   */
  public GenerationOptions maxNewTokens(int count) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.newTokens = count;
    return changed;
  }

  /**
   * Sampling temperature; by default 0.8.
   *
   * @param value 0 for greedy decoding
   */
  public GenerationOptions temperature(double value) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.temperature = value;
    return changed;
  }

  /**
   * Top-k sampling: samples from the k most likely tokens; by default 200.
   *
   * @param count number of tokens k, 0 for all
   */
  public GenerationOptions topK(int count) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.topK = count;
    return changed;
  }

  /**
   * Top-p (nucleus) sampling: samples from the smallest set of most likely tokens with this total
   * probability; by default 1.
   *
   * @param probability above 0 and at most 1
   */
  public GenerationOptions topP(double probability) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.topP = probability;
    return changed;
  }

  /**
   * Repetition penalty of tokens that the text already contains; by default 1, which is no penalty.
   *
   * @param penalty from 0.001 to 1000
   */
  public GenerationOptions repetitionPenalty(double penalty) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.repetitionPenalty = penalty;
    return changed;
  }

  /** Seed of the sampling; by default 42. */
  public GenerationOptions seed(long value) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.seed = value;
    return changed;
  }

  /** Stop strings: a text ends at the first of them. */
  public GenerationOptions stopAt(List<String> strings) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.stops = List.copyOf(strings);
    return changed;
  }

  /** Stop tokens by id, in addition to the model's own. */
  public GenerationOptions stopAtTokens(Set<Integer> ids) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.stopTokens = Set.copyOf(ids);
    return changed;
  }

  /** Behavior when a text reaches the model's maximum length; by default the context slides. */
  public GenerationOptions overflow(ContextOverflow value) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.overflow = value;
    return changed;
  }

  /**
   * The sampling for a model.
   *
   * @param model generation defaults of the model, if it has any
   */
  public Sampling sampling(Optional<GenerationDefaults> model) {
    Optional<GenerationDefaults> says = model.filter(GenerationDefaults::samples);
    return new Sampling(
        temperature != null
            ? temperature
            : says.map(GenerationDefaults::temperature).orElse(DEFAULT_TEMPERATURE),
        topK != null ? topK : says.map(GenerationDefaults::topK).orElse(DEFAULT_TOP_K),
        topP != null ? topP : says.map(GenerationDefaults::topP).orElse(1.0),
        repetitionPenalty != null
            ? repetitionPenalty
            : model.map(GenerationDefaults::repetitionPenalty).orElse(1.0),
        seed);
  }

  /**
   * The stop criteria for a model.
   *
   * @param model generation defaults of the model, if it has any
   * @param vocabulary number of tokens of the model
   * @throws InputException if a stop token is not in the vocabulary
   */
  public StopCriteria stopCriteria(Optional<GenerationDefaults> model, int vocabulary) {
    for (int token : stopTokens) {
      if (token < 0 || token >= vocabulary) {
        throw new InputException("a stop token must be an id below " + vocabulary + ": " + token);
      }
    }
    Set<Integer> tokens = new HashSet<>(stopTokens);
    model.ifPresent(defaults -> tokens.addAll(defaults.endOfText()));
    int most =
        newTokens != null
            ? newTokens
            : model
                .filter(defaults -> defaults.maxNewTokens().isPresent())
                .map(defaults -> defaults.maxNewTokens().getAsInt())
                .orElse(DEFAULT_NEW_TOKENS);
    return StopCriteria.after(most).withTokens(tokens).withStrings(stops).with(overflow);
  }
}
