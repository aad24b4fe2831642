package io.centroid.data.digits;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.Bytes;
import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.Recorded;
import io.centroid.data.Split;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigitsSourceTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void eachDigitIsInExactlyOneShard(int workers) {
    DigitsSource source = new DigitsSource(5, 500, 100);
    List<Recorded.Example> together = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      together.addAll(Recorded.shard(source, Split.TRAIN, worker, workers));
    }
    together.sort(Comparator.comparing(Recorded.Example::key));
    assertThat(together).isEqualTo(Recorded.all(source, Split.TRAIN)).hasSize(500);
  }

  @Test
  void digitsAreDistinctWithinAndAcrossSplits() {
    DigitsSource source = new DigitsSource(5, 3000, 3000);
    List<String> images = new ArrayList<>();
    Recorded.all(source, Split.TRAIN).forEach(example -> images.add(example.values()));
    Recorded.all(source, Split.TEST).forEach(example -> images.add(example.values()));
    assertThat(images).doesNotHaveDuplicates().hasSize(6000);
  }

  @Test
  void theDigitsDependOnTheSeed() {
    List<Recorded.Example> one = Recorded.all(new DigitsSource(1, 10, 1), Split.TRAIN);
    assertThat(Recorded.all(new DigitsSource(1, 10, 1), Split.TRAIN)).isEqualTo(one);
    assertThat(Recorded.all(new DigitsSource(2, 10, 1), Split.TRAIN)).isNotEqualTo(one);
  }

  @Test
  void theDefaultHasTheSizeOfMnistAndBalancedClasses() {
    DigitsSource source = new DigitsSource(1);
    assertThat(source.schema(Split.TRAIN).count()).hasValue(60_000);
    assertThat(source.schema(Split.TEST).count()).hasValue(10_000);
    assertThat(source.schema(Split.TEST).shape()).isEqualTo(new InputShape(1, 28, 28));
    int[] counts = new int[10];
    for (Recorded.Example example : Recorded.all(source, Split.TEST)) {
      counts[(int) example.target()]++;
    }
    for (int count : counts) {
      assertThat(count).isBetween(850, 1150);
    }
  }

  @Test
  void aSourceSurvivesSerialization() {
    DigitsSource source = new DigitsSource(1, 20, 10);
    assertThat(Recorded.all(Bytes.copied(source, DigitsSource.class), Split.TEST))
        .isEqualTo(Recorded.all(source, Split.TEST));
  }

  @Test
  void aSmallNetworkOutperformsALinearClassifier() {
    DigitsSource source = new DigitsSource(1, 20_000, 4_000);
    Loaded train = Loaded.from(source, Split.TRAIN);
    Loaded test = Loaded.from(source, Split.TEST);
    double linear = accuracy(0, 6, train, test);
    double network = accuracy(64, 3, train, test);
    assertThat(linear).isBetween(0.5, 0.93);
    assertThat(network).isGreaterThan(linear + 0.04);
  }

  private static double accuracy(int hidden, int epochs, Loaded train, Loaded test) {
    PlainClassifier classifier = new PlainClassifier(784, hidden, 1);
    SplittableRandom random = new SplittableRandom(2);
    for (int epoch = 0; epoch < epochs; epoch++) {
      float learningRate = 0.002f * (1 - epoch / (float) epochs);
      classifier.epoch(train.images, train.digits, learningRate, random);
    }
    return classifier.accuracy(test.images, test.digits);
  }

  /** A split in memory, pixels scaled to 0..1. */
  private static final class Loaded implements ExampleSink {
    private final float[][] images;
    private final int[] digits;

    private Loaded(int count) {
      images = new float[count][784];
      digits = new int[count];
    }

    static Loaded from(ExampleSource source, Split split) {
      Loaded loaded = new Loaded((int) source.schema(split).count().orElseThrow());
      source.read(split, 1, 0, 1, loaded);
      return loaded;
    }

    @Override
    public void image(long key, byte[] pixels, int offset, float target) {
      for (int i = 0; i < 784; i++) {
        images[(int) key][i] = (pixels[offset + i] & 0xFF) / 255f;
      }
      digits[(int) key] = (int) target;
    }

    @Override
    public void row(long key, float[] values, float target) {
      throw new AssertionError("digits are images");
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
}
