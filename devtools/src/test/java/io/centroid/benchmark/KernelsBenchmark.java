package io.centroid.benchmark;

import io.centroid.nn.kernels.DenseKernels;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.MlpFunction;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Benchmark of single kernels at the sizes of the 784-128-10 network with batch 64, on one thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class KernelsBenchmark {
  private static final int ROWS = 64;
  private static final int INPUTS = 784;
  private static final int WIDTH = 128;
  private static final int CLASSES = 10;

  private final DenseKernels on = new DenseKernels();
  private FloatVector inputs = FloatVector.allocate(1);
  private FloatVector weights = FloatVector.allocate(1);
  private FloatVector hidden = FloatVector.allocate(1);
  private FloatVector delta = FloatVector.allocate(1);
  private FloatVector outputWeights = FloatVector.allocate(1);
  private FloatVector bias = FloatVector.allocate(1);
  private FloatVector scores = FloatVector.allocate(1);
  private final float[] labels = new float[ROWS];
  private final float[] pixels = new float[ROWS * INPUTS];

  @Setup
  public void fill() {
    inputs = random(ROWS * INPUTS);
    weights = random(INPUTS * WIDTH);
    hidden = random(ROWS * WIDTH);
    delta = random(ROWS * WIDTH);
    outputWeights = random(WIDTH * CLASSES);
    // Zeros, because each call adds the bias and the sums must not grow.
    bias = FloatVector.allocate(WIDTH);
    scores = random(ROWS * CLASSES);
    for (int row = 0; row < ROWS; row++) {
      labels[row] = row % CLASSES;
    }
  }

  private FloatVector random(int size) {
    SplittableRandom random = new SplittableRandom(size);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    FloatVector vector = FloatVector.allocate(size);
    vector.load(values);
    return vector;
  }

  @Benchmark
  public void copyInputs() {
    inputs.write(0, pixels, pixels.length);
  }

  @Benchmark
  public void gemmForward() {
    on.gemm(false, true, ROWS, WIDTH, INPUTS, 1, inputs, weights, 0, hidden);
  }

  @Benchmark
  public void gemmWeightGradient() {
    on.gemm(true, false, WIDTH, INPUTS, ROWS, 1e-3f, delta, inputs, 0, weights);
  }

  @Benchmark
  public void gemmOutputForward() {
    on.gemm(false, true, ROWS, CLASSES, WIDTH, 1, hidden, outputWeights, 0, scores);
  }

  @Benchmark
  public void gemmOutputDown() {
    on.gemm(false, false, ROWS, WIDTH, CLASSES, 1, scores, outputWeights, 0, delta);
  }

  @Benchmark
  public void gemmOutputGradient() {
    on.gemm(true, false, CLASSES, WIDTH, ROWS, 1e-3f, scores, hidden, 0, outputWeights);
  }

  @Benchmark
  public void biasAndRelu() {
    on.activate(MlpFunction.RELU, ROWS, WIDTH, hidden, bias, delta);
  }

  @Benchmark
  public void biasAndTanh() {
    on.activate(MlpFunction.TANH, ROWS, WIDTH, hidden, bias, delta);
  }

  @Benchmark
  public void biasAndGelu() {
    on.activate(MlpFunction.GELU_SIGMOID, ROWS, WIDTH, hidden, bias, delta);
  }

  @Benchmark
  public void reluBackward() {
    on.activationBackward(ROWS * WIDTH, hidden, delta);
  }

  @Benchmark
  public void columnSums() {
    on.columnSums(ROWS, WIDTH, 1e-3f, hidden, 0, bias);
  }

  @Benchmark
  public double softmaxCrossEntropy() {
    return on.softmaxCrossEntropy(ROWS, CLASSES, scores, labels);
  }
}
