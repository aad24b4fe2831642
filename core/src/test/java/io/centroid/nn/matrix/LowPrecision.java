package io.centroid.nn.matrix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;

/** Skips tests on processors without instructions for low precision. */
public final class LowPrecision {
  private LowPrecision() {}

  /** Skips the test where the processor cannot compute in that format; fails without oneDNN. */
  public static void assume(WeightFormat format) {
    Optional<String> obstacle = OneDnn.obstacle(format);
    boolean skips = obstacle.isPresent() && obstacle.get().contains("needs a processor with");
    assumeTrue(!skips, () -> format.spelling() + " " + obstacle.orElse(""));
    OneDnn.require(format, format.spelling());
  }
}
