package io.centroid.kernels;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Kernels in ND4J's portable operations, so that whichever ND4J backend is on the class path runs
 * them. Works on vectors of {@link #allocate} and {@link Nd4jVectors} only. Slower on the CPU than
 * {@link CpuKernels}: each operation costs some microseconds whatever its size.
 */
public final class Nd4jKernels implements Kernels {
  private final Map<Matrix, INDArray> views = new HashMap<>();

  /** Which stretch of memory is seen as which matrix. */
  private record Matrix(FloatVector vector, int rows, int columns) {}

  @Override
  public FloatVector allocate(long size) {
    return Nd4jVectors.wrap(Nd4j.create(DataType.FLOAT, size));
  }

  @Override
  public void gemm(
      boolean transposeA,
      boolean transposeB,
      int rows,
      int columns,
      int inner,
      float alpha,
      FloatVector a,
      FloatVector b,
      float beta,
      FloatVector c) {
    Shapes.requireProduct(rows, columns, inner, a, b, c);
    INDArray left = transposeA ? transposed(a, inner, rows) : transposed(a, rows, inner);
    INDArray right = transposeB ? transposed(b, columns, inner) : transposed(b, inner, columns);
    // A row-major matrix is its transpose in column-major order, the only one in which ND4J's gemm
    // writes without a copy; so this computes c' = op(b)' op(a)'.
    Nd4j.gemm(right, left, transposed(c, rows, columns), transposeB, transposeA, alpha, beta);
  }

  @Override
  public void activate(
      Nonlinearity function,
      int rows,
      int columns,
      FloatVector sums,
      FloatVector bias,
      FloatVector outputs) {
    INDArray x = matrix(sums, rows, columns);
    INDArray y = matrix(outputs, rows, columns);
    x.addiRowVector(matrix(bias, 1, columns));
    if (sums != outputs) {
      y.assign(x);
    }
    switch (function) {
      case IDENTITY -> {}
      case RELU -> rectify(y);
      case TANH -> Transforms.tanh(y, false);
      case SIGMOID -> Transforms.sigmoid(y, false);
      case GELU_SIGMOID -> {
        y.muli(1.702f);
        Transforms.sigmoid(y, false);
        y.muli(x);
      }
    }
  }

  @Override
  public void multiplyBySlope(
      Nonlinearity function,
      int count,
      FloatVector inputs,
      FloatVector outputs,
      FloatVector delta) {
    INDArray d = matrix(delta, 1, count);
    INDArray at = matrix(function.isDifferentiatedAtInput() ? inputs : outputs, 1, count);
    switch (function) {
      case IDENTITY -> {}
      case RELU -> d.muli(at.gt(0).castTo(DataType.FLOAT));
      case TANH -> d.muli(at.mul(at).rsubi(1));
      case SIGMOID -> d.muli(at.rsub(1).muli(at));
      case GELU_SIGMOID -> {
        INDArray s = Transforms.sigmoid(at.mul(1.702f), false);
        d.muli(s.rsub(1).muli(at).muli(1.702f).addi(1).muli(s));
      }
    }
  }

  @Override
  public void columnSums(
      int rows, int columns, float alpha, FloatVector values, float beta, FloatVector sums) {
    INDArray found = matrix(values, rows, columns).sum(true, 0).muli(alpha);
    INDArray into = matrix(sums, 1, columns);
    if (beta == 0) {
      into.assign(found);
    } else {
      into.muli(beta).addi(found);
    }
  }

  @Override
  public void sigmoid(int count, FloatVector values) {
    Transforms.sigmoid(matrix(values, 1, count), false);
  }

  @Override
  public void softmax(int rows, int columns, FloatVector values) {
    INDArray x = matrix(values, rows, columns);
    x.subiColumnVector(x.max(true, 1));
    Transforms.exp(x, false);
    x.diviColumnVector(x.sum(true, 1));
  }

  @Override
  public double softmaxCrossEntropy(int rows, int columns, FloatVector scores, float[] labels) {
    INDArray x = matrix(scores, rows, columns);
    INDArray chosen = chosen(labels, rows, columns);
    x.subiColumnVector(x.max(true, 1));
    double margins = x.mul(chosen).sumNumber().doubleValue();
    Transforms.exp(x, false);
    INDArray sums = x.sum(true, 1);
    x.diviColumnVector(sums).subi(chosen);
    return Transforms.log(sums, false).sumNumber().doubleValue() - margins;
  }

  @Override
  public double sigmoidCrossEntropy(int count, FloatVector scores, float[] targets) {
    INDArray x = matrix(scores, 1, count);
    INDArray t = row(targets, count);
    INDArray logarithm = Transforms.abs(x).negi();
    Transforms.exp(logarithm, false).addi(1);
    Transforms.log(logarithm, false);
    INDArray positive = rectify(x.dup());
    double loss = positive.subi(x.mul(t)).addi(logarithm).sumNumber().doubleValue();
    Transforms.sigmoid(x, false).subi(t);
    return loss;
  }

  @Override
  public double squaredError(int count, FloatVector values, float[] targets) {
    INDArray x = matrix(values, 1, count);
    x.subi(row(targets, count));
    double loss = x.mul(x).sumNumber().doubleValue();
    x.muli(2);
    return loss;
  }

  @Override
  public void scale(int count, float factor, FloatVector values) {
    matrix(values, 1, count).muli(factor);
  }

  /** (x + |x|) / 2: ND4J's own takes what is not a number for 0. */
  private static INDArray rectify(INDArray x) {
    return x.addi(Transforms.abs(x)).muli(0.5f);
  }

  private static INDArray chosen(float[] labels, int rows, int columns) {
    float[] chosen = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      chosen[r * columns + Shapes.label(labels[r], columns)] = 1;
    }
    return Nd4j.create(chosen, new long[] {rows, columns}, 'c');
  }

  private static INDArray row(float[] values, int count) {
    return Nd4j.create(Arrays.copyOf(values, count), new long[] {1, count}, 'c');
  }

  private INDArray matrix(FloatVector vector, int rows, int columns) {
    return views.computeIfAbsent(
        new Matrix(vector, rows, columns),
        key -> view(key, new long[] {columns, 1}, rows, columns));
  }

  private INDArray transposed(FloatVector vector, int rows, int columns) {
    // The negative key keeps a matrix and its transpose apart.
    return views.computeIfAbsent(
        new Matrix(vector, -rows, columns),
        key -> view(key, new long[] {1, columns}, columns, rows));
  }

  private static INDArray view(Matrix key, long[] strides, int rows, int columns) {
    FloatVector vector = key.vector();
    Shapes.requireRoom(rows, columns, vector);
    if (!(vector.owner() instanceof INDArray owner)) {
      throw new IllegalArgumentException("the vector's memory is none of ND4J's");
    }
    char order = strides[0] == 1 ? 'f' : 'c';
    return Nd4j.create(
        owner.data(), new long[] {rows, columns}, strides, owner.offset() + vector.offset(), order);
  }
}
