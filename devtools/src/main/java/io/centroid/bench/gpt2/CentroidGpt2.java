package io.centroid.bench.gpt2;

import io.centroid.bench.Spread;
import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.device.Device;
import io.centroid.generate.Generation;
import io.centroid.generate.Generator;
import io.centroid.generate.Sampling;
import io.centroid.generate.StopCriteria;
import io.centroid.generate.TokenListener;
import io.centroid.generate.decoder.DecoderWeights;
import io.centroid.nn.Architecture;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Learner;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.nn.matrix.OneDnn;
import io.centroid.nn.matrix.Precision;
import io.centroid.nn.matrix.WeightFormat;
import io.centroid.optim.AdamW;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.OptimizerSettings;
import io.centroid.optim.Stepper;
import io.centroid.torch.TorchEngine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Centroid's GPT-2 in this JVM. */
public final class CentroidGpt2 implements Gpt2System {
  private static final double LEARNING_RATE = 1e-3;

  private static final OptimizerSettings ADAMW =
      new OptimizerSettings(
          new AdamW(0.9, 0.99, 1e-8, 0.1),
          LEARNING_RATE,
          OptimizerSettings.LearningRateScaling.NONE,
          1,
          new LearningRateSchedule(0, new LearningRateSchedule.Constant()));

  private static final CpuEngine CPU = new CpuEngine();
  private static final TorchEngine TORCH = new TorchEngine(Device.Kind.CPU);

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

  private static Learner learner(Gpt2Case what, LearnerFactory engine, Precision precision) {
    Architecture architecture =
        new Architecture.Gpt2(
            config(what), false, new Gpt2Execution(what.threads(), 0, false, precision));
    return new NetworkSpec(
            architecture,
            InputShape.row(what.block()),
            what.vocabulary(),
            Loss.CROSS_ENTROPY,
            1,
            engine)
        .newLearner();
  }

  private static int[] tokens(SplittableRandom random, int count, int vocabulary) {
    return random.ints(count, 0, vocabulary).toArray();
  }

  /** Steps in each precision that this processor has. */
  private static final class Step implements Work {
    private final int steps;
    private final Batch batch;
    private final Map<String, Training> trainings = new LinkedHashMap<>();

    Step(Gpt2Case what) {
      steps = what.count();
      trainings.put("step", new Training(learner(what, CPU, Precision.FLOAT32)));
      if (OneDnn.obstacle(WeightFormat.BFLOAT16).isEmpty()) {
        trainings.put("step-bfloat16", new Training(learner(what, CPU, Precision.BFLOAT16)));
      }
      trainings.put("step-torch", new Training(learner(what, TORCH, Precision.FLOAT32)));
      trainings.put("step-torch-bfloat16", new Training(learner(what, TORCH, Precision.BFLOAT16)));
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
      Map<String, Double> millis = new LinkedHashMap<>();
      trainings.forEach((part, training) -> millis.put(part, training.run(batch, steps)));
      return millis;
    }

    @Override
    public void close() {
      trainings.values().forEach(training -> training.learner.close());
    }
  }

  private static final class Training {
    private final Learner learner;
    private final Stepper stepper;
    private long taken;

    Training(Learner learner) {
      this.learner = learner;
      stepper = Stepper.of(learner, ADAMW);
      stepper.reset();
    }

    /** Median milliseconds of a step. */
    double run(Batch batch, int steps) {
      List<Double> millis = new ArrayList<>();
      for (int i = 0; i < steps; i++) {
        long start = System.nanoTime();
        stepper.step(batch, taken++, LEARNING_RATE);
        millis.add((System.nanoTime() - start) / 1e6);
      }
      return Spread.of(millis).median();
    }
  }

  /** Tokens with weights in each format that this processor has. */
  private static final class Decode implements Work {
    private final Learner learner;
    private final List<DecoderWeights> weights = new ArrayList<>();
    private final Map<String, Generator> generators = new LinkedHashMap<>();
    private final List<int[]> prompts = new ArrayList<>();
    private final int newTokens;

    Decode(Gpt2Case what) {
      learner = learner(what, CPU, Precision.FLOAT32);
      Gpt2Config config = config(what);
      Gpt2Weights floats = Gpt2Weights.of(config, learner.layout(), learner.parameters());
      for (WeightFormat format : WeightFormat.values()) {
        if (OneDnn.obstacle(format).isEmpty()) {
          DecoderWeights prepared = new DecoderWeights(config, floats, format, what.threads());
          weights.add(prepared);
          boolean plain = format == WeightFormat.FLOAT32;
          String part = plain ? "token" : "token-" + format.spelling();
          generators.put(part, new Generator(config, prepared, null, 0));
          if (plain) {
            generators.put("prompt-lookup", new Generator(config, prepared, null, DRAFT_TOKENS));
          }
        }
      }
      SplittableRandom random = new SplittableRandom(1);
      for (int text = 0; text < what.batch(); text++) {
        prompts.add(tokens(random, what.block(), what.vocabulary()));
      }
      newTokens = what.count();
    }

    @Override
    public Map<String, Double> run() {
      Map<String, Double> millis = new LinkedHashMap<>();
      generators.forEach(
          (part, generator) -> {
            Generation text = first(generator);
            if (part.equals("token")) {
              millis.put("prefill", text.prefillMillis());
            }
            millis.put(part, text.millisPerToken());
          });
      return millis;
    }

    @Override
    public void close() {
      generators.values().forEach(Generator::close);
      weights.forEach(DecoderWeights::close);
      learner.close();
    }

    private Generation first(Generator by) {
      return by.generate(
              prompts, Sampling.GREEDY, StopCriteria.after(newTokens), TokenListener.NONE)
          .get(0);
    }
  }
}
