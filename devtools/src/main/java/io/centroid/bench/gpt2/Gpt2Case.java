package io.centroid.bench.gpt2;

import java.util.List;

/**
 * What is timed. Travels to other processes as JSON.
 *
 * @param block tokens of a text; of a prompt, if texts are generated
 * @param batch texts at once
 * @param count steps, or new tokens, of a turn
 */
public record Gpt2Case(
    String name,
    Kind kind,
    int layers,
    int heads,
    int width,
    int positions,
    int vocabulary,
    int block,
    int batch,
    int count,
    int threads) {

  /** What a turn does. */
  public enum Kind {
    /** Loss, gradient, clipping and AdamW on random tokens: milliseconds a step. */
    STEP,
    /** A prompt and then token by token with a cache, greedy: milliseconds for each. */
    DECODE
  }

  /** A training step at a vocabulary. */
  private static Gpt2Case step(String name, int vocabulary, int threads, int count) {
    return new Gpt2Case(name, Kind.STEP, 4, 4, 256, 128, vocabulary, 128, 8, count, threads);
  }

  /**
   * The step and the decoding of a shape: a batch of texts as long as the model's positions, and a
   * prompt of half of them that goes on to their end.
   *
   * @param steps of a turn
   */
  public static List<Gpt2Case> of(Gpt2Shape shape, int batch, int steps, int threads) {
    int half = shape.positions() / 2;
    return List.of(
        of("step, " + shape, Kind.STEP, shape, shape.positions(), batch, steps, threads),
        of("decoding, " + shape, Kind.DECODE, shape, half, 1, half, threads));
  }

  private static Gpt2Case of(
      String name, Kind kind, Gpt2Shape shape, int block, int batch, int count, int threads) {
    return new Gpt2Case(
        name,
        kind,
        shape.layers(),
        shape.heads(),
        shape.width(),
        shape.positions(),
        shape.vocabulary(),
        block,
        batch,
        count,
        threads);
  }

  /** The cases by which Centroid is measured. */
  public static List<Gpt2Case> all(int threads) {
    return List.of(
        step("step, vocabulary 50257", 50257, threads, 5),
        step("step, vocabulary 4096", 4096, threads, 15),
        new Gpt2Case(
            "step, Shakespeare characters", Kind.STEP, 4, 4, 128, 64, 65, 64, 12, 60, threads),
        new Gpt2Case(
            "decoding, GPT-2 small", Kind.DECODE, 12, 12, 768, 1024, 50257, 16, 1, 50, threads));
  }
}
