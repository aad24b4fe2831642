package io.centroid.bench.gpt2;

import io.centroid.bench.Spread;
import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.generate.Generation;
import io.centroid.generate.Generator;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.TokenListener;
import io.centroid.generate.decoder.DecoderWeights;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.nn.matrix.Precision;
import io.centroid.nn.matrix.WeightFormat;
import io.centroid.optim.AdamW;
import io.centroid.optim.GradientNorm;
import io.centroid.optim.Optimizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Centroid's GPT-2 in this JVM. */
public final class CentroidGpt2 implements Gpt2System {
  private static final double LEARNING_RATE = 1e-3;

  /** Default number of draft tokens of {@code generate}. */
  private static final int DRAFT_TOKENS = 4;

  private @Nullable Gpt2Case prepared;
  private @Nullable Work work;

  /** A prepared case. */
  private interface Work extends AutoCloseable {
    Map<String, Double> run();

    @Override
    void close();
  }

  @Override
  public Map<String, Double> run(Gpt2Case what) {
    Work ready = work;
    if (ready == null || !what.equals(prepared)) {
      close();
      ready =
          switch (what.kind()) {
            case STEP -> new Step(what);
            case DECODE -> new Decode(what);
          };
      work = ready;
      prepared = what;
    }
    return ready.run();
  }

  @Override
  public void close() {
    if (work != null) {
      work.close();
    }
    work = null;
  }

  private static Gpt2Config config(Gpt2Case what) {
    return new Gpt2Config(
        what.layers(),
        what.heads(),
        what.width(),
        what.positions(),
        what.vocabulary(),
        4 * what.width(),
        Gpt2Config.Dropout.NONE,
        1e-5f);
  }

  private static Learner learner(Gpt2Case what) {
    Architecture architecture =
        new Architecture.Gpt2(
            config(what), false, new Gpt2Execution(what.threads(), 0, false, Precision.FLOAT32));
    return new NetworkSpec(
            architecture, InputShape.row(what.block()), what.vocabulary(), Loss.CROSS_ENTROPY, 1)
        .newLearner();
  }

  private static int[] tokens(SplittableRandom random, int count, int vocabulary) {
    return random.ints(count, 0, vocabulary).toArray();
  }

  private static final class Step implements Work {
    private final int steps;
    private final Learner learner;
    private final Optimizer optimizer;
    private final GradientNorm norm;
    private final Batch batch;
    private long taken;

    Step(Gpt2Case what) {
      steps = what.count();
      learner = learner(what);
      optimizer = new Optimizer(learner.layout(), new AdamW(0.9, 0.99, 1e-8, 0.1));
      norm = new GradientNorm(learner.layout());
      InputShape shape = InputShape.row(what.block());
      Examples.Builder texts = new Examples.Builder(shape, SourceSchema.FeatureKind.TOKENS);
      SplittableRandom random = new SplittableRandom(1);
      for (int text = 0; text < what.batch(); text++) {
        texts.addSpan(tokens(random, what.block() + 1, what.vocabulary()), what.block() + 1);
      }
      batch = new Batch(shape, what.batch());
      batch.fill(texts.build(), Normalization.NONE, 0, what.batch());
    }

    @Override
    public Map<String, Double> run() {
      List<Double> millis = new ArrayList<>();
      for (int i = 0; i < steps; i++) {
        long start = System.nanoTime();
        learner.gradient(batch, taken++);
        double gradientNorm = norm.of(learner.gradient(), learner.team());
        float scale = GradientNorm.clippingFactor(gradientNorm, 1);
        optimizer.step(
            learner.parameters(), learner.gradient(), LEARNING_RATE, scale, learner.team());
        millis.add((System.nanoTime() - start) / 1e6);
      }
      return Map.of("step", Spread.of(millis).median());
    }

    @Override
    public void close() {
      learner.close();
    }
  }

  private static final class Decode implements Work {
    private final Learner learner;
    private final Generator generator;
    private final Generator promptLookup;
    private final List<int[]> prompts = new ArrayList<>();
    private final int newTokens;

    Decode(Gpt2Case what) {
      learner = learner(what);
      Gpt2Config config = config(what);
      Gpt2Weights weights = Gpt2Weights.of(config, learner.layout(), learner.parameters());
      generator = new Generator(config, weights, null, what.threads());
      promptLookup =
          new Generator(
              config,
              new DecoderWeights(config, weights, WeightFormat.FLOAT32, what.threads()),
              null,
              DRAFT_TOKENS);
      SplittableRandom random = new SplittableRandom(1);
      for (int text = 0; text < what.batch(); text++) {
        prompts.add(tokens(random, what.block(), what.vocabulary()));
      }
      newTokens = what.count();
    }

    @Override
    public Map<String, Double> run() {
      Generation plain = first(generator);
      Map<String, Double> millis = new LinkedHashMap<>();
      millis.put("prefill", plain.prefillMillis());
      millis.put("token", plain.millisPerToken());
      millis.put("prompt-lookup", first(promptLookup).millisPerToken());
      return millis;
    }

    @Override
    public void close() {
      generator.close();
      promptLookup.close();
      learner.close();
    }

    private Generation first(Generator by) {
      return by.generate(
              prompts, Sampling.GREEDY, StopCriteria.after(newTokens), TokenListener.NONE)
          .get(0);
    }
  }
}
