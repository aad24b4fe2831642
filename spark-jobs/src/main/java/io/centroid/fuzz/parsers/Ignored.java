package io.centroid.fuzz.parsers;

import io.centroid.data.ExampleSink;

/** Takes examples and forgets them. */
final class Ignored implements ExampleSink {
  static final ExampleSink INSTANCE = new Ignored();

  private Ignored() {}

  @Override
  public void image(long key, byte[] pixels, int offset, float target) {}

  @Override
  public void row(long key, float[] values, float target) {}

  @Override
  public void stretch(long key, boolean validation, int[] tokens, int length) {}

  @Override
  public void text(long key, int[] tokens, int length, float target) {}
}
