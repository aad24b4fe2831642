package io.centroid.random;

/**
 * Derivation of independent 64-bit seeds from a run's seed, a purpose and coordinates (epoch,
 * worker, step, record). No generator is shared, and the same coordinates yield the same numbers on
 * any cluster.
 *
 * <p>The mixing function is SplitMix64's finalizer (Steele, Lea and Flood, "Fast splittable
 * pseudorandom number generators", OOPSLA 2014).
 */
public final class Seed {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private Seed() {}

  /** Purpose of the random numbers; each has its own stream. */
  public enum Purpose {
    INITIALIZATION,
    SHARDING,
    VALIDATION_SPLIT,
    EPOCH_ORDER,
    DROPOUT,
    DIGITS,
    WINDOW_SHIFT,
    SAMPLING,
    BOOTSTRAP,
    RESERVOIR,
    SEARCH,
    EXPLANATION,
    PRIVACY,
    CANARY
  }

  /** The seed of a purpose and coordinates; the order of coordinates matters. */
  public static long of(long seed, Purpose purpose, long... coordinates) {
    long mixed = mix(seed + GOLDEN_GAMMA * (purpose.ordinal() + 1));
    for (long coordinate : coordinates) {
      mixed = mix(mixed + GOLDEN_GAMMA + mix(coordinate + GOLDEN_GAMMA));
    }
    return mixed;
  }

  /**
   * SplitMix64's finalizer: a bijection of 64-bit integers in which each input bit changes half of
   * the output bits.
   */
  public static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Maps 64 random bits to a double in [0, 1). */
  public static double unit(long bits) {
    return (bits >>> 11) * 0x1.0p-53;
  }
}
