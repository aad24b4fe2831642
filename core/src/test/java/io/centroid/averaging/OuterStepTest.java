package io.centroid.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.averaging.OuterSettings.Name;
import io.centroid.averaging.OuterStep.Moved;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.ParameterLayout.Role;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OuterStepTest {
  private static final ParameterLayout ONE =
      new ParameterLayout(List.of(new Entry("weight", List.of(1L), 0, Role.WEIGHT)));

  /** Statistics in the middle and at the end, not aligned to any round number. */
  private static final ParameterLayout MIXED =
      new ParameterLayout(
          List.of(
              new Entry("weight", List.of(5000L), 0, Role.WEIGHT),
              new Entry("bias", List.of(7L), 5000, Role.BIAS),
              new Entry("mean", List.of(20L), 5007, Role.STATISTIC),
              new Entry("head", List.of(3L, 1500L), 5027, Role.WEIGHT),
              new Entry("variance", List.of(11L), 9527, Role.STATISTIC)));

  private static final int LENGTH = 9538;
  private static final int ROUNDS = 6;
  private static final double LEARNING_RATE = 0.3;
  private static final double MOMENTUM = 0.8;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.99;
  private static final double EPSILON = 1e-3;

  /** A step of a user that returns given arrays, or its arguments if there are none. */
  private record Returning(int parameters, int... vectors) implements OuterStep {
    @Override
    public String name() {
      return "own";
    }

    @Override
    public List<String> stateNames() {
      return List.of("first");
    }

    @Override
    public Moved step(
        long round, long offset, float[] values, float[] meanDelta, List<float[]> state) {
      return vectors.length == 0 && parameters == 0
          ? new Moved(values, List.of(meanDelta))
          : new Moved(
              new float[parameters], Arrays.stream(vectors).mapToObj(float[]::new).toList());
    }
  }

  @Test
  void statisticsAreNotWrittenIntoTheArgumentsOfAStepThatReturnsThem() {
    float[] parameters = vector(0);
    float[] delta = vector(1);
    Moved moved =
        StatisticsOuterStep.around(new Returning(0), MIXED)
            .step(0, 0, parameters, delta, List.of());
    assertThat(parameters).isEqualTo(vector(0));
    assertThat(delta).isEqualTo(vector(1));
    assertThat(moved.parameters()[0]).isEqualTo(parameters[0]);
    assertThat(moved.parameters()[5007]).isEqualTo(parameters[5007] + delta[5007]);
    assertThat(moved.state().get(0)[0]).isEqualTo(delta[0]);
    assertThat(moved.state().get(0)[5007]).isZero();
  }

  @Test
  void aResultOfTheWrongLengthIsRefused() {
    refused(new Returning(LENGTH - 1, LENGTH), "9538 parameters, found 9537");
    refused(new Returning(LENGTH), "1 state vectors, found 0");
    refused(new Returning(LENGTH, LENGTH, LENGTH), "1 state vectors, found 2");
    refused(new Returning(LENGTH, 3), "9538 values of state first, found 3");
  }

  private static void refused(OuterStep step, String message) {
    OuterStep statistics = StatisticsOuterStep.around(step, MIXED);
    assertThatThrownBy(() -> statistics.step(0, 0, vector(0), vector(1), List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("outer step own: expected " + message);
  }

  @Test
  void theMeanMovesByTheDelta() {
    assertThat(threeRounds(Name.MEAN, 1, 0)).containsExactly(2f, 1.5f, 1.75f);
  }

  @Test
  void sgdMovesByTheLearningRateTimesTheDelta() {
    assertThat(threeRounds(Name.SGD, 0.5, 0)).containsExactly(1.5f, 1.25f, 1.375f);
  }

  /** Velocities -1, 0 and -0.25: 1 + 0.5, + 0, + 0.125. */
  @Test
  void momentumAddsUpTheDeltas() {
    assertThat(threeRounds(Name.MOMENTUM, 0.5, 0.5)).containsExactly(1.5f, 1.5f, 1.625f);
  }

  /** g + momentum * v is -1.5, 0.5 and -0.375: 1 + 0.75, - 0.25, + 0.1875. */
  @Test
  void nesterovLooksAhead() {
    assertThat(threeRounds(Name.NESTEROV, 0.5, 0.5)).containsExactly(1.75f, 1.5f, 1.6875f);
  }

  /**
   * In the first round the corrected moments are g and g * g for any betas, so that the step is
   * learningRate * g / (|g| + epsilon). Without the correction it would be a tenth of the learning
   * rate over a tenth of |g|.
   */
  @Test
  void adamCorrectsItsBias() {
    OuterStep step = settings(Name.ADAM, 0.25, 0).create(ONE);
    Moved first = step.step(0, 0, new float[] {1}, new float[] {0.5f}, List.of());
    assertThat((double) first.parameters()[0])
        .isCloseTo(1 + 0.25 * 0.5 / (0.5 + EPSILON), within(1e-6));
    assertThat(first.state().get(0)[0]).isCloseTo(-0.05f, within(2e-8f));
    assertThat(first.state().get(1)[0]).isCloseTo(0.0025f, within(2e-8f));
    // The same delta again: the corrected moments and the step do not change.
    Moved second = step.step(1, 0, first.parameters(), new float[] {0.5f}, first.state());
    assertThat((double) second.parameters()[0])
        .isCloseTo(1 + 2 * 0.25 * 0.5 / (0.5 + EPSILON), within(1e-6));
    // In a late round the correction is negligible: m = 0.05 and v = 0.0025 give 0.05 / (0.05 +
    // epsilon).
    Moved late = step.step(100_000, 0, new float[] {1}, new float[] {0.5f}, List.of());
    assertThat((double) late.parameters()[0])
        .isCloseTo(1 + 0.25 * 0.05 / (0.05 + EPSILON), within(1e-6));
  }

  @ParameterizedTest
  @EnumSource(Name.class)
  void severalRoundsFollowPyTorchsFormulasInDoublePrecision(Name name) {
    float[] parameters = vector(0);
    double[] values = new double[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      values[i] = parameters[i];
    }
    double[] first = new double[LENGTH];
    double[] second = new double[LENGTH];
    for (int round = 0; round < ROUNDS; round++) {
      float[] delta = vector(round + 1);
      for (int i = 0; i < LENGTH; i++) {
        values[i] =
            isStatistic(i) || name == Name.MEAN
                ? values[i] + delta[i]
                : reference(name, values[i], -delta[i], round + 1, i, first, second);
      }
    }
    Moved moved = whole(settings(name, LEARNING_RATE, MOMENTUM).create(MIXED));
    for (int i = 0; i < LENGTH; i++) {
      assertThat((double) moved.parameters()[i])
          .as("value %d", i)
          .isCloseTo(values[i], within(3e-6));
    }
  }

  @ParameterizedTest
  @EnumSource(Name.class)
  void slicesAreBitwiseIdenticalToTheWhole(Name name) {
    OuterStep step = settings(name, LEARNING_RATE, MOMENTUM).create(MIXED);
    Moved whole = whole(step);
    for (int slice : new int[] {97, 4096, 5010, LENGTH}) {
      for (int from = 0; from < LENGTH; from += slice) {
        int to = Math.min(from + slice, LENGTH);
        Moved piece = new Moved(Arrays.copyOfRange(vector(0), from, to), List.of());
        for (int round = 0; round < ROUNDS; round++) {
          float[] delta = Arrays.copyOfRange(vector(round + 1), from, to);
          piece = step.step(round, from, piece.parameters(), delta, piece.state());
        }
        assertThat(piece.parameters()).isEqualTo(Arrays.copyOfRange(whole.parameters(), from, to));
        assertThat(piece.state()).hasSameSizeAs(step.stateNames());
        for (int i = 0; i < piece.state().size(); i++) {
          assertThat(piece.state().get(i))
              .isEqualTo(Arrays.copyOfRange(whole.state().get(i), from, to));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Name.class)
  void statisticsTakeTheMeanAndHaveNoState(Name name) {
    OuterStep mean = settings(Name.MEAN, 1, 0).create(MIXED);
    Moved found = whole(settings(name, LEARNING_RATE, MOMENTUM).create(MIXED));
    Moved expected = whole(mean);
    for (int i = 0; i < LENGTH; i++) {
      if (isStatistic(i)) {
        assertThat(found.parameters()[i]).as("value %d", i).isEqualTo(expected.parameters()[i]);
        for (float[] memory : found.state()) {
          assertThat(memory[i]).isZero();
        }
      } else if (name != Name.MEAN) {
        assertThat(found.parameters()[i]).as("value %d", i).isNotEqualTo(expected.parameters()[i]);
      }
    }
  }

  @Test
  void sgdWithLearningRateOneIsBitwiseIdenticalToTheMean() {
    assertThat(whole(settings(Name.SGD, 1, 0).create(MIXED)).parameters())
        .isEqualTo(whole(settings(Name.MEAN, 1, 0).create(MIXED)).parameters());
  }

  @ParameterizedTest
  @EnumSource(Name.class)
  void aStepDoesNotModifyItsArguments(Name name) {
    OuterStep step = settings(name, LEARNING_RATE, MOMENTUM).create(MIXED);
    float[] parameters = vector(0);
    float[] delta = vector(1);
    Moved moved = step.step(0, 0, parameters, delta, List.of());
    List<float[]> state = moved.state().stream().map(float[]::clone).toList();
    step.step(1, 0, parameters, delta, moved.state());
    assertThat(parameters).isEqualTo(vector(0));
    assertThat(delta).isEqualTo(vector(1));
    for (int i = 0; i < state.size(); i++) {
      assertThat(moved.state().get(i)).isEqualTo(state.get(i));
    }
  }

  @ParameterizedTest
  @EnumSource(Name.class)
  void settingsAndStepsAreSerializable(Name name) throws Exception {
    OuterSettings settings = settings(name, LEARNING_RATE, MOMENTUM);
    assertThat(copy(settings)).isEqualTo(settings);
    OuterStep step = settings.create(MIXED);
    OuterStep copied = (OuterStep) copy(step);
    assertThat(copied).isEqualTo(step);
    assertThat(whole(copied).parameters()).isEqualTo(whole(step).parameters());
  }

  private static double reference(
      Name name, double value, double g, int step, int i, double[] first, double[] second) {
    switch (name) {
      case MEAN -> throw new IllegalArgumentException("the mean has no gradient");
      case SGD -> {
        return value - LEARNING_RATE * g;
      }
      case MOMENTUM, NESTEROV -> {
        first[i] = step == 1 ? g : MOMENTUM * first[i] + g;
        return value - LEARNING_RATE * (name == Name.NESTEROV ? g + MOMENTUM * first[i] : first[i]);
      }
      case ADAM -> {
        first[i] = BETA1 * first[i] + (1 - BETA1) * g;
        second[i] = BETA2 * second[i] + (1 - BETA2) * g * g;
        double m = first[i] / (1 - Math.pow(BETA1, step));
        double v = second[i] / (1 - Math.pow(BETA2, step));
        return value - LEARNING_RATE * m / (Math.sqrt(v) + EPSILON);
      }
    }
    throw new IllegalArgumentException(name.toString());
  }

  /** One parameter with initial value 1, after each of the deltas 1, -0.5 and 0.25. */
  private static List<Float> threeRounds(Name name, double learningRate, double momentum) {
    OuterStep step = settings(name, learningRate, momentum).create(ONE);
    Moved moved = new Moved(new float[] {1}, List.of());
    List<Float> values = new ArrayList<>();
    for (float delta : new float[] {1, -0.5f, 0.25f}) {
      moved = step.step(values.size(), 0, moved.parameters(), new float[] {delta}, moved.state());
      values.add(moved.parameters()[0]);
    }
    return values;
  }

  private static Moved whole(OuterStep step) {
    Moved moved = new Moved(vector(0), List.of());
    for (int round = 0; round < ROUNDS; round++) {
      moved = step.step(round, 0, moved.parameters(), vector(round + 1), moved.state());
    }
    return moved;
  }

  private static OuterSettings settings(Name name, double learningRate, double momentum) {
    return new OuterSettings(name, learningRate, momentum, BETA1, BETA2, EPSILON);
  }

  private static boolean isStatistic(int i) {
    return (i >= 5007 && i < 5027) || i >= 9527;
  }

  private static float[] vector(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return values;
  }

  private static Object copy(Object value) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }
}
