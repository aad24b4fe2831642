package io.centroid.bench.train;

/** A figure of a whole training, measured in each run. */
public enum Figure {
  /** Wall clock from command to exit. */
  SECONDS("seconds", "wall clock, s", "%.2f", 1),
  /** From the start of the command to the end of the first round. */
  FIRST_ROUND("firstRoundSeconds", "round 1, s", "%.2f", 1),
  /** User and system time, child processes included. */
  CPU("cpuSeconds", "CPU, s", "%.1f", 1),
  /** Largest resident memory. */
  PEAK("peakBytes", "peak MB", "%,.0f", 1e-6),
  ACCURACY("testAccuracy", "test accuracy", "%.4f", 1),
  ROUNDS("rounds", "rounds", "%,.0f", 1),
  /** Share of the rounds' time outside of local steps, 0 to 1. */
  SYNCHRONIZATION("synchronizationShare", "synchronization", "%.0f %%", 100);

  /** Name in JSON. */
  final String field;

  /** Title of the column. */
  final String title;

  /** Format of the scaled median in the table. */
  final String format;

  /** Factor from the figure to what the table shows. */
  final double scale;

  Figure(String field, String title, String format, double scale) {
    this.field = field;
    this.title = title;
    this.format = format;
    this.scale = scale;
  }
}
