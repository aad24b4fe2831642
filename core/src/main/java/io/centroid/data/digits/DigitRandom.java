package io.centroid.data.digits;

import io.centroid.data.Split;
import io.centroid.random.Seed;

/** The random number stream of one synthetic digit (SplitMix64). Not thread-safe. */
final class DigitRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  /** Starts the stream of one record. */
  void start(long seed, Split split, long record) {
    state = Seed.of(seed, Seed.Purpose.DIGITS, split.ordinal(), record);
  }

  long bits() {
    state += GOLDEN_GAMMA;
    return Seed.mix(state);
  }

  int below(int bound) {
    return (int) (Seed.unit(bits()) * bound);
  }

  boolean chance(double probability) {
    return Seed.unit(bits()) < probability;
  }

  float between(float from, float to) {
    return from + (float) Seed.unit(bits()) * (to - from);
  }

  /** A number in [-most, most] with a triangular distribution around zero. */
  float around(float most) {
    long bits = bits();
    float sum = (bits & 0xFFFFFF) + (bits >>> 40);
    return (sum * 0x1.0p-24f - 1) * most;
  }
}
