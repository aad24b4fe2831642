package io.centroid.data.texts;

import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A sink that records texts and decodes them. */
final class ReadTexts implements ExampleSink {
  private final List<Example> examples = new ArrayList<>();

  record Example(long key, String text, float target) {}

  static List<Example> of(ExampleSource source) {
    return of(source, Split.TRAIN, 0, 1);
  }

  static List<Example> of(ExampleSource source, Split split, int worker, int workers) {
    ReadTexts read = new ReadTexts();
    source.read(split, 7, worker, workers, read);
    return read.examples;
  }

  @Override
  public void text(long key, int[] tokens, int length, float target) {
    int[] own = Arrays.copyOf(tokens, length);
    boolean end = own.length == 1 && own[0] == ByteTokenizer.END;
    String text = end ? "<end>" : new ByteTokenizer(true).decode(own);
    examples.add(new Example(key, text, target));
  }

  @Override
  public void image(long key, byte[] pixels, int offset, float target) {
    throw new AssertionError("no image");
  }

  @Override
  public void row(long key, float[] values, float target) {
    throw new AssertionError("no row");
  }

  @Override
  public void span(long key, boolean validation, int[] tokens, int length) {
    throw new AssertionError("no corpus");
  }
}
