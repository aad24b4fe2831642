package io.centroid.dl4j;

import io.centroid.data.Batch;
import io.centroid.data.DataSummary;
import io.centroid.data.EpochOrder;
import io.centroid.data.Examples;
import io.centroid.data.Normalization;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.data.digits.DigitsSource;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.SgdLearner;
import io.centroid.nn.kernels.ThreadTeam;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.Optimizer;
import io.centroid.optim.OptimizerSettings;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Benchmark of whole training steps, from bytes to updated parameters: examples per second of the
 * 784-128-10 network with batch 64 and plain SGD, on one thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 7, time = 2)
@Fork(1)
public class StepBenchmark {
  private static final int BATCH = 64;
  private static final NetworkSpec NETWORK =
      new NetworkSpec(
          new Architecture.Mlp(List.of(128), Activation.RELU),
          new io.centroid.data.InputShape(1, 28, 28),
          10,
          Loss.CROSS_ENTROPY,
          1);

  @Param({"CPU", "DL4J"})
  public String engine = "CPU";

  private final Examples examples =
      Shard.read(new DigitsSource(1, 30_080, 1), Split.TRAIN, 1, 0, 0, 1).train();
  private final Batch batch = new Batch(examples.shape(), BATCH);
  private final int[] order = EpochOrder.of(examples.count(), 1, 0, 0);
  private final Normalization unit =
      Normalization.of(Normalization.Method.UNIT, new DataSummary(List.of()));
  private Learner learner = new CpuEngine().create(NETWORK);
  private Optimizer sgd = sgd(learner);
  private int next;

  @Setup
  public void build() {
    learner = (engine.equals("CPU") ? new CpuEngine() : new Dl4jEngine()).create(NETWORK);
    sgd = sgd(learner);
  }

  private static Optimizer sgd(Learner learner) {
    return new OptimizerSettings(
            OptimizerSettings.Name.SGD.rule(0, 0, 0, 0, 1e-8),
            0.01,
            OptimizerSettings.LearningRateScaling.NONE,
            0,
            new LearningRateSchedule(0, new LearningRateSchedule.Constant()))
        .create(learner.layout());
  }

  private void fill() {
    batch.fill(examples, unit, order, next, next + BATCH);
    next = (next + BATCH) % examples.count();
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void fillAlone() {
    fill();
  }

  /** Gradient followed by the optimizer step. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public double gradientAndStep() {
    fill();
    double loss = learner.gradient(batch, 1);
    sgd.step(learner.parameters(), learner.gradient(), 0.01, 1, ThreadTeam.ALONE);
    return loss;
  }

  /** Fused SGD step; DL4J uses the plain step. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public double fusedStep() {
    if (learner instanceof SgdLearner fused) {
      fill();
      return fused.sgdStep(batch, 1, 0.01f, 0);
    }
    return gradientAndStep();
  }
}
