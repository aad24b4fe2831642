package io.centroid.bench.gpt2;

import java.util.List;

/**
 * A GPT-2 benchmark case, sent to other processes as JSON.
 *
 * @param block tokens per training text, or tokens of the prompt for decoding
 * @param batch texts per batch
 * @param count training steps or new tokens per run
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

  /** Work of one run. */
  public enum Kind {
    /** Loss, gradient, clipping and AdamW on random tokens: milliseconds per step. */
    STEP,
    /** Greedy decoding with a KV cache: milliseconds for the prompt and for each token. */
    DECODE
  }

  /** A training step with a vocabulary size. */
  private static Gpt2Case step(String name, int vocabulary, int threads, int count) {
    return new Gpt2Case(name, Kind.STEP, 4, 4, 256, 128, vocabulary, 128, 8, count, threads);
  }

  /**
   * Returns the training step and the decoding case of a model: a batch of texts that fill the
   * model's positions, and a prompt that fills half of them and is continued to the end.
   *
   * @param steps training steps per run
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

  /** The default cases. */
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
