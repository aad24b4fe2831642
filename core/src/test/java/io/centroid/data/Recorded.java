package io.centroid.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A sink that records every example as text. */
public final class Recorded implements ExampleSink {
  final List<Example> examples = new ArrayList<>();
  private final InputShape shape;

  public record Example(long key, float target, String values) {}

  private Recorded(InputShape shape) {
    this.shape = shape;
  }

  public static List<Example> shard(ExampleSource source, Split split, int worker, int workers) {
    Recorded recorded = new Recorded(source.schema(split).shape());
    source.read(split, 7, worker, workers, recorded);
    return recorded.examples;
  }

  public static List<Example> all(ExampleSource source, Split split) {
    return shard(source, split, 0, 1);
  }

  @Override
  public void image(long key, byte[] pixels, int offset, float target) {
    byte[] values = Arrays.copyOfRange(pixels, offset, offset + shape.size());
    examples.add(new Example(key, target, Arrays.toString(values)));
  }

  @Override
  public void row(long key, float[] values, float target) {
    examples.add(new Example(key, target, Arrays.toString(values)));
  }

  @Override
  public void span(long key, boolean validation, int[] tokens, int length) {
    throw new AssertionError("no text");
  }

  @Override
  public void text(long key, int[] tokens, int length, float target) {
    throw new AssertionError("no text");
  }
}
