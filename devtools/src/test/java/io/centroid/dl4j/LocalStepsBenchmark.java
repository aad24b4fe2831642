package io.centroid.dl4j;

import io.centroid.averaging.MeanOuterStep;
import io.centroid.averaging.codec.Codec;
import io.centroid.data.Batch;
import io.centroid.data.DataSummary;
import io.centroid.data.EpochOrder;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.data.digits.DigitsSource;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.SgdLearner;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.OptimizerSettings;
import io.centroid.train.EarlyStopping;
import io.centroid.train.LocalShardedData;
import io.centroid.train.OutlierRule;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingLoop;
import io.centroid.train.TrainingPlan;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.ShardSpec;
import io.centroid.train.worker.WorkerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Benchmark of local workers without Spark against DL4J's own {@code fit} on one thread: examples
 * per second of the 784-128-10 network with plain SGD, batch 64, H=47. The systems run alternately,
 * and medians are printed. Start it with {@code make bench}.
 */
public final class LocalStepsBenchmark {
  private static final int BATCH = 64;
  private static final int H = 47;
  private static final int STEPS = 470;
  private static final int RUNS = 7;

  private LocalStepsBenchmark() {}

  /** Prints a table of medians. */
  public static void main(String[] args) {
    Nd4jLibrary.prepare();
    List<BenchmarkSystem> systems =
        List.of(new Dl4jFit(), new DenseSteps(), new Workers(1), new Workers(2));
    List<List<Double>> throughputs = new ArrayList<>();
    systems.forEach(system -> throughputs.add(new ArrayList<>()));
    for (int run = 0; run < RUNS + 2; run++) {
      for (int i = 0; i < systems.size(); i++) {
        double throughput = systems.get(i).examplesPerSecond();
        if (run >= 2) {
          throughputs.get(i).add(throughput);
        }
      }
    }
    double base = median(throughputs.get(0));
    for (int i = 0; i < systems.size(); i++) {
      double throughput = median(throughputs.get(i));
      System.out.printf(
          Locale.ROOT,
          "%-37s %,9.0f examples/s  %.2f%n",
          systems.get(i).name(),
          throughput,
          throughput / base);
    }
    systems.forEach(BenchmarkSystem::close);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private interface BenchmarkSystem {
    String name();

    double examplesPerSecond();

    default void close() {}
  }

  private static final class Dl4jFit implements BenchmarkSystem {
    private final MultiLayerNetwork network;
    private final Shard shard = Shard.read(new DigitsSource(1, 30_080, 1), Split.TRAIN, 1, 0, 0, 1);
    private final Batch batch = new Batch(shard.train().shape(), BATCH);
    private final int[] order = EpochOrder.of(shard.train().count(), 1, 0, 0);
    private final Normalization normalization =
        new Normalization(new float[] {0}, new float[] {1 / 255f});

    Dl4jFit() {
      network =
          new MultiLayerNetwork(
              new NeuralNetConfiguration.Builder()
                  .seed(1)
                  .updater(new Sgd(0.01))
                  .list()
                  .layer(
                      new DenseLayer.Builder()
                          .nIn(784)
                          .nOut(128)
                          .activation(org.nd4j.linalg.activations.Activation.RELU)
                          .build())
                  .layer(
                      new OutputLayer.Builder()
                          .nIn(128)
                          .nOut(10)
                          .activation(org.nd4j.linalg.activations.Activation.SOFTMAX)
                          .build())
                  .build());
      network.init();
    }

    @Override
    public String name() {
      return "DL4J MultiLayerNetwork.fit, 1 thread";
    }

    @Override
    public double examplesPerSecond() {
      long started = System.nanoTime();
      for (int step = 0; step < STEPS; step++) {
        batch.fill(shard.train(), normalization, order, step * BATCH, (step + 1) * BATCH);
        INDArray inputs = Nd4j.create(batch.inputs(), new long[] {BATCH, 784}, 'c');
        float[] oneHot = new float[BATCH * 10];
        for (int row = 0; row < BATCH; row++) {
          oneHot[row * 10 + (int) batch.targets()[row]] = 1;
        }
        network.fit(inputs, Nd4j.create(oneHot, new long[] {BATCH, 10}, 'c'));
      }
      return (double) STEPS * BATCH / ((System.nanoTime() - started) / 1e9);
    }
  }

  private static final class DenseSteps implements BenchmarkSystem {
    private final Shard shard = Shard.read(new DigitsSource(1, 30_080, 1), Split.TRAIN, 1, 0, 0, 1);
    private final Batch batch = new Batch(shard.train().shape(), BATCH);
    private final int[] order = EpochOrder.of(shard.train().count(), 1, 0, 0);
    private final Normalization normalization =
        new Normalization(new float[] {0}, new float[] {1 / 255f});
    private final SgdLearner learner = (SgdLearner) network(shard.train().shape()).newLearner();

    @Override
    public String name() {
      return "Centroid, fused steps alone, 1 thread";
    }

    @Override
    public double examplesPerSecond() {
      long started = System.nanoTime();
      for (int step = 0; step < STEPS; step++) {
        batch.fill(shard.train(), normalization, order, step * BATCH, (step + 1) * BATCH);
        learner.sgdStep(batch, step, 0.01f, 0);
      }
      return (double) STEPS * BATCH / ((System.nanoTime() - started) / 1e9);
    }
  }

  private static NetworkSpec network(InputShape shape) {
    return new NetworkSpec(
        new Architecture.Mlp(List.of(128), Activation.RELU), shape, 10, Loss.CROSS_ENTROPY, 1);
  }

  private static final class Workers implements BenchmarkSystem {
    private final int count;
    private final LocalShardedData data;
    private final WorkerSpec spec;
    private TrainState state;

    Workers(int count) {
      this.count = count;
      this.data =
          new LocalShardedData(
              new ShardSpec(new DigitsSource(1, 30_080 * count, 1), 1, 0, count), count);
      DataSummary summary = data.survey(Split.TRAIN);
      NetworkSpec network = network(summary.shape());
      this.spec =
          new WorkerSpec(
              network,
              Normalization.of(Normalization.Method.UNIT, summary),
              new OptimizerSettings(
                  OptimizerSettings.Name.SGD.rule(0, 0, 0, 0, 1e-8),
                  0.01,
                  OptimizerSettings.LearningRateScaling.NONE,
                  0,
                  new LearningRateSchedule(0, new LearningRateSchedule.Constant())),
              InnerStatePolicy.AVERAGE,
              Codec.of(Codec.Name.NONE, 1),
              count,
              BATCH,
              1);
      this.state = TrainState.initial(new float[784 * 128 + 128 + 128 * 10 + 10]);
    }

    @Override
    public String name() {
      return "Centroid, " + count + (count == 1 ? " worker, H=47" : " workers, H=47");
    }

    @Override
    public double examplesPerSecond() {
      TrainingPlan plan = new TrainingPlan(H, STEPS, state.steps() + STEPS);
      TrainingLoop loop =
          new TrainingLoop(
              plan,
              data.workers(spec, new MeanOuterStep()),
              false,
              EarlyStopping.never(),
              OutlierRule.off(),
              List.of());
      long before = state.examples();
      long started = System.nanoTime();
      state = loop.run(state);
      return (state.examples() - before) / ((System.nanoTime() - started) / 1e9);
    }

    @Override
    public void close() {
      data.close();
    }
  }
}
