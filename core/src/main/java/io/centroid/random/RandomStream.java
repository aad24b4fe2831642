package io.centroid.random;

/**
 * A random number generator that is reproducible on every JVM: SplitMix64 (Steele, Lea and Flood,
 * OOPSLA 2014). Not thread-safe; create one per use from {@link Seed#of}.
 */
public final class RandomStream {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  public RandomStream(long seed) {
    this.state = seed;
  }

  public long nextLong() {
    state += GOLDEN_GAMMA;
    return Seed.mix(state);
  }

  /** A number in [0, bound), by multiplication; the bias is below bound / 2^63. */
  public int nextInt(int bound) {
    return (int) Math.multiplyHigh(nextLong() >>> 1, (long) bound << 1);
  }

  /** A number in [0, 1). */
  public double nextDouble() {
    return Seed.unit(nextLong());
  }
}
