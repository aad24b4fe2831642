package io.centroid.fuzz;

import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.Split;

/** An example sink that discards all examples. */
final class IgnoredExamples implements ExampleSink {

  /** Reads the shards of all workers one after another. */
  static void read(ExampleSource source, int workers) {
    source.schema(Split.TRAIN);
    for (int worker = 0; worker < workers; worker++) {
      source.read(Split.TRAIN, 7, worker, workers, new IgnoredExamples());
    }
  }

  @Override
  public void image(long key, byte[] pixels, int offset, float target) {}

  @Override
  public void row(long key, float[] values, float target) {}

  @Override
  public void span(long key, boolean validation, int[] tokens, int length) {}

  @Override
  public void text(long key, int[] tokens, int length, float target) {}
}
