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
 * How a language model generates text. What is not set is as the model's {@code
 * generation_config.json} says, and else as documented here. Immutable: each method returns
 * another.
 */
public final class GenerationOptions {
  /** Everything as the model says. */
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
   * @param count at least 1; null is as the model says
   */
  public GenerationOptions maxNewTokens(@Nullable Integer count) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.newTokens = count;
    return changed;
  }

  /**
   * What the scores are divided by; by default 0.8.
   *
   * @param value 0 for always the most likely token; null is as the model says
   */
  public GenerationOptions temperature(@Nullable Double value) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.temperature = value;
    return changed;
  }

  /**
   * Samples from the most likely tokens alone; by default 200.
   *
   * @param count 0 for all; null is as the model says
   */
  public GenerationOptions topK(@Nullable Integer count) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.topK = count;
    return changed;
  }

  /**
   * Samples from the fewest most likely tokens that have this probability together; by default 1.
   *
   * @param probability above 0 and at most 1; null is as the model says
   */
  public GenerationOptions topP(@Nullable Double probability) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.topP = probability;
    return changed;
  }

  /**
   * Makes tokens that the text already has less likely; by default 1, which does not.
   *
   * @param penalty from 0.001 to 1000; null is as the model says
   */
  public GenerationOptions repetitionPenalty(@Nullable Double penalty) {
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

  /** Ends a text where it says one of these strings. */
  public GenerationOptions stopAt(List<String> strings) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.stops = List.copyOf(strings);
    return changed;
  }

  /** Ends a text at one of these token ids, in addition to the model's own. */
  public GenerationOptions stopAtTokens(Set<Integer> ids) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.stopTokens = Set.copyOf(ids);
    return changed;
  }

  /** What happens when a text reaches the model's positions; by default the context slides. */
  public GenerationOptions overflow(ContextOverflow value) {
    GenerationOptions changed = new GenerationOptions(this);
    changed.overflow = value;
    return changed;
  }

  /**
   * The sampling for a model.
   *
   * @param model what its {@code generation_config.json} says
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
   * @param model what its {@code generation_config.json} says
   * @param vocabulary number of its tokens
   * @throws InputException if a stop token is not one of them
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
