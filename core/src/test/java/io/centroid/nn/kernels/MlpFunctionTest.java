package io.centroid.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MlpFunctionTest {
  private static final double STEP = 1e-5;

  @ParameterizedTest
  @EnumSource(MlpFunction.class)
  void valuesAndDerivativesMatchTheDefinition(MlpFunction function) {
    DoubleUnaryOperator exact = MlpDefinitions.of(function);
    int length = 9001;
    float[] x = new float[length];
    for (int i = 0; i < length; i++) {
      x[i] = (i - 4500) / 250f + 1e-4f;
    }
    float[] derivatives = x.clone();
    float[] values = new float[length];

    function.apply(derivatives, values, new float[length], length, new VectorMath.ExpBuffers());

    for (int i = 0; i < length; i++) {
      double v = x[i];
      double derivative =
          (exact.applyAsDouble(v + STEP) - exact.applyAsDouble(v - STEP)) / (2 * STEP);
      // One ulp of tanh near 1 is multiplied by v, in the derivative of GELU_TANH by its cube.
      double tolerance = 4e-7 * Math.max(1, Math.abs(v));
      assertThat((double) values[i])
          .as("at %s", v)
          .isCloseTo(exact.applyAsDouble(v), within(tolerance));
      assertThat((double) derivatives[i])
          .as("at %s", v)
          .isCloseTo(derivative, within(4e-7 * Math.max(1, Math.abs(v * v * v))));
    }
  }

  @ParameterizedTest
  @EnumSource(MlpFunction.class)
  void extremesStayFiniteAndNanPropagates(MlpFunction function) {
    float[] x = {-1e9f, 1e9f, 0, Float.NaN};
    float[] derivatives = x.clone();
    float[] values = new float[4];
    function.apply(derivatives, values, new float[4], 4, new VectorMath.ExpBuffers());
    for (int i = 0; i < 3; i++) {
      assertThat((double) values[i])
          .isCloseTo(
              MlpDefinitions.of(function).applyAsDouble(x[i]),
              within(4e-7 * Math.max(1, Math.abs(x[i]))));
      assertThat(derivatives[i]).isFinite();
    }
    assertThat(values[3]).isNaN();
  }
}
