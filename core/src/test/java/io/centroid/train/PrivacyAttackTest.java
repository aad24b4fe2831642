package io.centroid.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.averaging.codec.Codec;
import io.centroid.data.Batch;
import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.data.SourceSchema.FeatureKind;
import io.centroid.data.Split;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.OptimizerSettings;
import io.centroid.privacy.DpSgd;
import io.centroid.privacy.NoiseKey;
import io.centroid.privacy.RenyiAccountant;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.ShardSpec;
import io.centroid.train.worker.WorkerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What attacks learn about the training data from a model that memorizes, and from a private one.
 */
class PrivacyAttackTest {
  private static final int WORKERS = 2;
  private static final double DELTA = 1e-5;

  /**
   * Membership inference by a threshold on the loss (Yeom et al., "Privacy risk in machine
   * learning", CSF 2018). Classes are random, so that they can only be memorized; the area under
   * the attack's ROC curve is 0.5 if it knows nothing.
   */
  @Test
  void membershipInferenceFailsOnAPrivateModel() {
    RandomClasses source = new RandomClasses(200);
    double plain = attack(source, null);
    DpSgd privacy = privacy(1, 8, 25, 200);
    double with = attack(source, privacy);
    double epsilon = new RenyiAccountant(privacy.samplingRate(), 8).epsilon(400, DELTA);
    assertThat(epsilon).isBetween(1.0, 5.0);
    assertThat(plain).isGreaterThan(0.9);
    assertThat(with).isBetween(0.4, 0.62);
  }

  private static DpSgd privacy(double clipNorm, double multiplier, int batchSize, int examples) {
    return new DpSgd(
        clipNorm,
        multiplier,
        DpSgd.samplingRate(WORKERS, batchSize, examples),
        batchSize,
        NoiseKey.of(7, null).derive("run"));
  }

  private static double attack(RandomClasses source, @Nullable DpSgd privacy) {
    NetworkSpec network =
        new NetworkSpec(
            new Architecture.Mlp(List.of(64), Activation.TANH),
            InputShape.row(RandomClasses.COLUMNS),
            RandomClasses.CLASSES,
            Loss.CROSS_ENTROPY,
            1);
    OptimizerSettings optimizer =
        optimizer(OptimizerSettings.Name.SGD, privacy == null ? 0.5 : 0.05);
    float[] parameters = train(source, network, optimizer, 25, 400, privacy);
    try (Learner learner = network.newLearner()) {
      learner.parameters().load(parameters);
      List<Double> members = new ArrayList<>();
      List<Double> others = new ArrayList<>();
      for (int row = 0; row < source.count(); row++) {
        members.add(loss(learner, rows(source, row)));
        others.add(loss(learner, rows(source, source.count() + row)));
      }
      return area(members, others);
    }
  }

  /** Probability that a member has a smaller loss than another example. */
  private static double area(List<Double> members, List<Double> others) {
    double wins = 0;
    for (double member : members) {
      for (double other : others) {
        wins += member < other ? 1 : member == other ? 0.5 : 0;
      }
    }
    return wins / members.size() / others.size();
  }

  private static Examples rows(RandomClasses source, int row) {
    var builder = new Examples.Builder(InputShape.row(RandomClasses.COLUMNS), FeatureKind.NUMBERS);
    builder.addRow(source.values(row), source.target(row));
    return builder.build();
  }

  private static double loss(Learner learner, Examples one) {
    Batch batch = new Batch(one.shape(), 1);
    batch.fill(one, Normalization.NONE, 0, 1);
    return learner.gradient(batch, 0);
  }

  /**
   * Exposure of canaries (Carlini et al., "The secret sharer", USENIX Security 2019): log2 of the
   * number of possible secrets, minus log2 of the rank of the planted one by its likelihood. 10 if
   * the model prefers it to all 1,000; 1.4 on average if it does not know it.
   */
  @Test
  void canariesAreNotExposedByAPrivateLanguageModel() {
    Canaries source = new Canaries(64);
    double plain = meanExposure(source, null);
    DpSgd privacy = privacy(0.5, 4, 8, 64);
    double with = meanExposure(source, privacy);
    double epsilon = new RenyiAccountant(privacy.samplingRate(), 4).epsilon(320, DELTA);
    assertThat(epsilon).isBetween(1.0, 10.0);
    assertThat(plain).isGreaterThan(9);
    assertThat(with).isLessThan(3.5);
  }

  private static double meanExposure(Canaries source, @Nullable DpSgd privacy) {
    NetworkSpec network =
        new NetworkSpec(
            new Architecture.Gpt2(
                new Gpt2Config(
                    2,
                    2,
                    32,
                    Canaries.TOKENS,
                    Canaries.VOCABULARY,
                    64,
                    Gpt2Config.Dropout.NONE,
                    1e-5f,
                    Gpt2Config.Variant.STANDARD),
                false,
                Gpt2Execution.DEFAULT),
            InputShape.row(Canaries.TOKENS),
            Canaries.VOCABULARY,
            Loss.CROSS_ENTROPY,
            1);
    float[] parameters =
        train(source, network, optimizer(OptimizerSettings.Name.ADAMW, 0.01), 8, 320, privacy);
    try (Learner learner = network.newLearner()) {
      learner.parameters().load(parameters);
      double sum = 0;
      for (int canary = 0; canary < Canaries.PLANTED; canary++) {
        sum += exposure(learner, source, canary);
      }
      return sum / Canaries.PLANTED;
    }
  }

  private static double exposure(Learner learner, Canaries source, int canary) {
    int[] tokens = source.tokens(canary);
    double planted = loss(learner, window(tokens));
    int rank = 1;
    for (int secret = 0; secret < Canaries.SECRETS; secret++) {
      rank += loss(learner, window(Canaries.withSecret(tokens, secret))) < planted ? 1 : 0;
    }
    return (Math.log(Canaries.SECRETS) - Math.log(rank)) / Math.log(2);
  }

  private static Examples window(int[] tokens) {
    var builder = new Examples.Builder(InputShape.row(Canaries.TOKENS), FeatureKind.TOKENS);
    builder.addSpan(tokens, tokens.length);
    return builder.build();
  }

  private static OptimizerSettings optimizer(OptimizerSettings.Name name, double learningRate) {
    return new OptimizerSettings(
        name.rule(0.9, 0, 0.9, 0.999, 1e-8),
        learningRate,
        OptimizerSettings.LearningRateScaling.NONE,
        0,
        new LearningRateSchedule(0, new LearningRateSchedule.Constant()));
  }

  /** Trains in rounds of 4 steps, as many as an epoch has. */
  private static float[] train(
      ExampleSource source,
      NetworkSpec network,
      OptimizerSettings optimizer,
      int batchSize,
      int steps,
      @Nullable DpSgd privacy) {
    WorkerSpec spec =
        new WorkerSpec(
            network,
            Normalization.NONE,
            optimizer,
            InnerStatePolicy.AVERAGE,
            Codec.of(Codec.Name.NONE, 1),
            WORKERS,
            batchSize,
            42,
            privacy);
    try (LocalShardedData data = new LocalShardedData(new ShardSpec(source, 42, 0, WORKERS), 2)) {
      data.survey(Split.TRAIN);
      TrainingPlan plan = new TrainingPlan(4, 4, steps);
      Workers workers = data.workers(spec, SmallTraining.mean());
      return SmallTraining.train(plan, workers, spec).parameters();
    }
  }

  /** Rows of random numbers with random classes; those from {@code count} on are not trained on. */
  private record RandomClasses(int count) implements ExampleSource {
    static final int COLUMNS = 20;
    static final int CLASSES = 5;

    @Override
    public SourceSchema schema(Split split) {
      return new SourceSchema(
          InputShape.row(COLUMNS), FeatureKind.NUMBERS, OptionalLong.of(count), true);
    }

    @Override
    public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
      for (int row = worker; row < count; row += workers) {
        sink.row(row, values(row), target(row));
      }
    }

    float[] values(int row) {
      SplittableRandom random = new SplittableRandom(row);
      float[] values = new float[COLUMNS];
      for (int i = 0; i < COLUMNS; i++) {
        values[i] = (float) random.nextDouble(-1, 1);
      }
      return values;
    }

    float target(int row) {
      return new SplittableRandom(~row).nextInt(CLASSES);
    }
  }

  /** Texts of one window of random digits; the first ones are canaries, which end in a secret. */
  private record Canaries(int count) implements ExampleSource {
    static final int TOKENS = 8;
    static final int VOCABULARY = 12;
    static final int SECRETS = 1_000;
    static final int PLANTED = 4;

    @Override
    public SourceSchema schema(Split split) {
      return new SourceSchema(
          InputShape.row(TOKENS), FeatureKind.TOKENS, OptionalLong.empty(), true);
    }

    @Override
    public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
      for (int text = worker; text < count; text += workers) {
        sink.span(text, false, tokens(text), TOKENS + 1);
      }
    }

    int[] tokens(int text) {
      SplittableRandom random = new SplittableRandom(text);
      int[] tokens = random.ints(TOKENS + 1, 0, 10).toArray();
      tokens[0] = text < PLANTED ? 10 : 11;
      return tokens;
    }

    static int[] withSecret(int[] tokens, int secret) {
      int[] other = tokens.clone();
      other[TOKENS - 2] = secret / 100;
      other[TOKENS - 1] = secret / 10 % 10;
      other[TOKENS] = secret % 10;
      return other;
    }
  }
}
