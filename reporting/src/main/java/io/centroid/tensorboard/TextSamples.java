package io.centroid.tensorboard;

import io.centroid.config.RunConfig;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.generate.Generation;
import io.centroid.generate.Generator;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.TokenListener;
import io.centroid.model.Vocabulary;
import io.centroid.nn.Architecture;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.nn.kernels.Arena;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.run.metrics.ReportedRun;
import io.centroid.text.Tokenizer;
import io.centroid.text.TokenizerFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Continuations of prompts by a language model in training, on one thread. The seed is that of the
 * run, so that equal parameters give equal texts.
 */
final class TextSamples {
  static final String TAG = "samples/continuations";

  /** Maximum share of the time since the last samples. */
  private static final double SHARE = 0.01;

  private static final double TEMPERATURE = 0.8;
  private static final int TOP_K = 40;

  private final Gpt2Config config;
  private final ParameterLayout layout;
  private final Tokenizer tokenizer;
  private final List<String> prompts;
  private final List<int[]> starts;
  private final int tokens;
  private final Sampling sampling;
  private long lastNanos = System.nanoTime();
  private long costNanos = -1;

  private TextSamples(
      Gpt2Config config,
      ParameterLayout layout,
      Tokenizer tokenizer,
      RunConfig settings,
      Consumer<String> notes) {
    this.config = config;
    this.layout = layout;
    this.tokenizer = tokenizer;
    List<String> named = settings.report().prompts();
    List<String> usable = new ArrayList<>();
    List<int[]> ids = new ArrayList<>();
    for (String prompt : named.isEmpty() ? List.of("") : named) {
      try {
        ids.add(start(prompt));
        usable.add(prompt);
      } catch (InputException e) {
        notes.accept(
            "report.prompts: no samples of " + InputErrors.quote(prompt) + ": " + e.getMessage());
      }
    }
    this.prompts = List.copyOf(usable);
    this.starts = List.copyOf(ids);
    this.tokens = settings.report().sampleTokens();
    this.sampling = new Sampling(TEMPERATURE, TOP_K, 1, 1, settings.train().seed());
  }

  /**
   * The samples of a run.
   *
   * @return empty if it does not train a language model, its data have no tokenizer, or {@code
   *     report.sample-tokens} is 0
   */
  static Optional<TextSamples> of(ReportedRun run) {
    Vocabulary vocabulary = run.vocabulary();
    if (!(run.network().architecture() instanceof Architecture.Gpt2 gpt2)
        || gpt2.classifies()
        || vocabulary == null
        || run.config().report().sampleTokens() == 0) {
      return Optional.empty();
    }
    try {
      TextSamples samples =
          new TextSamples(
              gpt2.config(),
              run.layout(),
              TokenizerFiles.of(vocabulary.files(), vocabulary.place()),
              run.config(),
              run.notes());
      return samples.prompts.isEmpty() ? Optional.empty() : Optional.of(samples);
    } catch (InputException e) {
      run.notes().accept("report.prompts: no samples: " + e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Continues the account of a process before this one.
   *
   * @param cost duration of its last samples in seconds; 0 if it has none
   * @param since time that it ran after them, in seconds
   */
  void resume(double cost, double since) {
    costNanos = cost > 0 ? (long) (cost * 1e9) : -1;
    lastNanos -= (long) (since * 1e9);
  }

  /** A tokenizer without an end-of-text token starts from its first token. */
  private int[] start(String prompt) {
    int[] ids = tokenizer.encode(prompt);
    return ids.length == 0 && tokenizer.endOfText().isEmpty() ? new int[] {0} : ids;
  }

  /**
   * Whether samples cost less than a hundredth of the time since the last ones. Their cost is not
   * known before the first ones: then it is estimated from one token.
   */
  boolean isAffordable(float[] parameters) {
    if (costNanos < 0) {
      long started = System.nanoTime();
      generate(parameters, 1);
      costNanos = (System.nanoTime() - started) * tokens;
    }
    return costNanos < SHARE * (System.nanoTime() - lastNanos);
  }

  /** Continuations by prompt. */
  Map<String, String> sample(float[] parameters) {
    long started = System.nanoTime();
    List<Generation> generations = generate(parameters, tokens);
    Map<String, String> texts = new LinkedHashMap<>();
    for (int i = 0; i < prompts.size(); i++) {
      Generation generation = generations.get(i);
      int[] ids = generation.ids();
      texts.put(
          prompts.get(i),
          tokenizer.decode(Arrays.copyOfRange(ids, generation.promptTokens(), ids.length)));
    }
    lastNanos = System.nanoTime();
    costNanos = lastNanos - started;
    return texts;
  }

  /** Prompts with their continuations in Markdown, as blocks of code. */
  static String markdown(Map<String, String> texts) {
    return texts.entrySet().stream()
        .map(text -> Summaries.code(text.getKey() + text.getValue()))
        .collect(Collectors.joining("\n\n---\n\n"));
  }

  private List<Generation> generate(float[] parameters, int count) {
    try (Arena memory = new Arena()) {
      FloatVector vector = memory.allocate(parameters.length);
      vector.load(parameters);
      Gpt2Weights weights = Gpt2Weights.of(config, layout, vector);
      try (Generator generator = new Generator(config, weights, tokenizer, 1)) {
        return generator.generate(
            new ArrayList<>(starts), sampling, StopCriteria.after(count), TokenListener.NONE);
      }
    }
  }
}
