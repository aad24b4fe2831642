package io.centroid.data.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.ExampleSink;
import io.centroid.data.InputShape;
import io.centroid.data.Shard;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.data.tokenizing.ValidationRule;
import io.centroid.error.InputException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSourceTest {
  private static final int BLOCK = 16;

  @TempDir private Path folder;
  private Corpus corpus;
  private int[] ids;
  private int training;

  @BeforeEach
  void corpus() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 10_007; i++) {
      text.append(" w").append(i * 7919 % 10_007);
    }
    Path file = Files.writeString(folder.resolve("text"), text);
    corpus =
        CorpusOnDisk.write(
            folder.resolve("corpus"),
            CorpusOnDisk.plan(null, 3_000, file),
            new ValidationRule(0.1, ValidationRule.Kind.TAIL, 1));
    ids = new WordTokenizer(false).encodeOrdinary(text.toString());
    training = (int) (ids.length * 0.9);
    assertThat(corpus.manifest().tokens()).isEqualTo(ids.length);
    assertThat(corpus.manifest().training().parts()).hasSizeGreaterThan(10);
  }

  @Test
  void theSchemaCountsTheWindows() {
    long windows = (training - 1) / BLOCK + (ids.length - training - 1) / BLOCK;
    assertThat(new TokenSource(corpus, BLOCK).schema(Split.TRAIN))
        .isEqualTo(
            new SourceSchema(
                InputShape.row(BLOCK),
                SourceSchema.FeatureKind.TOKENS,
                OptionalLong.of(windows),
                true));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 32})
  void everyWindowIsInExactlyOneShard(int workers) {
    Windows all = new Windows();
    int largest = 0;
    int smallest = Integer.MAX_VALUE;
    for (int worker = 0; worker < workers; worker++) {
      Windows shard = new Windows();
      new TokenSource(corpus, BLOCK).read(Split.TRAIN, 7, worker, workers, shard);
      largest = Math.max(largest, shard.training.size());
      smallest = Math.min(smallest, shard.training.size());
      shard.training.forEach(all::addTraining);
      shard.validation.forEach(all::addValidation);
    }
    assertThat(largest - smallest).isLessThanOrEqualTo(1);
    requireBlocks(all.training, 0, training);
    requireBlocks(all.validation, training, ids.length);
  }

  @Test
  void theSourceAssignsValidation() {
    Shard shard = Shard.read(new TokenSource(corpus, BLOCK), Split.TRAIN, 7, 0.5, 0, 1);
    assertThat(shard.train().count()).isEqualTo((training - 1) / BLOCK);
    assertThat(shard.validation().count()).isEqualTo((ids.length - training - 1) / BLOCK);
    assertThat(shard.summary().largestToken()).isEqualTo(Arrays.stream(ids).max().getAsInt());
  }

  @Test
  void rejectsABlockLargerThanTheText() throws IOException {
    rejectsBlock(corpus, training, training + " training tokens, expected at least ");
    int validation = ids.length - training;
    assertThat(new TokenSource(corpus, validation - 1).schema(Split.TRAIN).count())
        .hasValue((training - 1) / (validation - 1) + 1);
    rejectsBlock(corpus, validation, validation + " validation tokens, expected none or at least ");

    Corpus whole =
        CorpusOnDisk.write(
            folder.resolve("whole"),
            CorpusOnDisk.plan(null, 3_000, folder.resolve("text")),
            new ValidationRule(0, ValidationRule.Kind.TAIL, 1));
    assertThat(new TokenSource(whole, ids.length - 1).schema(Split.TRAIN).count()).hasValue(1);
  }

  private void rejectsBlock(Corpus of, int block, String message) {
    assertThatThrownBy(() -> new TokenSource(of, block))
        .isInstanceOf(InputException.class)
        .hasMessage(of.folder() + ": " + message + (block + 1) + " for a block of " + block);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneOfTheWorkersDetectsAChangedShard(boolean ofTraining) throws IOException {
    CorpusManifest manifest = corpus.manifest();
    CorpusSplit split = ofTraining ? manifest.training() : manifest.validation();
    String name = split.parts().get(split.parts().size() - 1).name();
    Path part = folder.resolve("corpus").resolve(name);
    byte[] bytes = Files.readAllBytes(part);
    bytes[bytes.length - 4] ^= 1;
    Files.write(part, bytes);
    TokenSource source = new TokenSource(corpus, BLOCK);
    List<String> found = new ArrayList<>();
    for (int worker = 0; worker < 3; worker++) {
      try {
        source.read(Split.TRAIN, 7, worker, 3, new Windows());
      } catch (InputException e) {
        found.add(e.getMessage());
      }
    }
    assertThat(found)
        .singleElement()
        .asString()
        .startsWith(part + ": expected SHA-256 ")
        .contains(" as in manifest.json, found ");
  }

  @Test
  void thereIsNoTestSplit() {
    assertThatThrownBy(() -> new TokenSource(corpus, BLOCK).schema(Split.TEST))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no test split");
  }

  @Test
  void reportsThePositionOfAnIdOutsideTheVocabulary() throws IOException {
    Path part = folder.resolve("corpus").resolve("train-00002.bin");
    try (RandomAccessFile file = new RandomAccessFile(part.toFile(), "rw")) {
      file.seek(4 * 31);
      file.write(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF});
    }
    assertThatThrownBy(
            () -> new TokenSource(corpus, BLOCK).read(Split.TRAIN, 7, 0, 1, new Windows()))
        .isInstanceOf(InputException.class)
        .hasMessage(part + ": token 31: expected an id below 100001, found 4294967295");
  }

  private void requireBlocks(Map<Long, int[]> windows, int from, int to) {
    int count = (to - from - 1) / BLOCK;
    assertThat(windows).hasSize(count);
    for (int i = 0; i < count; i++) {
      int first = from + i * BLOCK;
      assertThat(windows.get((long) first))
          .isEqualTo(Arrays.copyOfRange(ids, first, first + BLOCK + 1));
    }
  }

  /** Splits spans into windows, keyed by their first token. */
  private static final class Windows implements ExampleSink {
    private final Map<Long, int[]> training = new TreeMap<>();
    private final Map<Long, int[]> validation = new TreeMap<>();

    void addTraining(long first, int[] window) {
      assertThat(training.put(first, window)).isNull();
    }

    void addValidation(long first, int[] window) {
      assertThat(validation.put(first, window)).isNull();
    }

    @Override
    public void image(long key, byte[] pixels, int offset, float target) {
      throw new AssertionError("no images");
    }

    @Override
    public void row(long key, float[] values, float target) {
      throw new AssertionError("no rows");
    }

    @Override
    public void span(long key, boolean isValidation, int[] tokens, int length) {
      assertThat((length - 1) % BLOCK).isZero();
      for (int at = 0; at + 1 < length; at += BLOCK) {
        int[] window = Arrays.copyOfRange(tokens, at, at + BLOCK + 1);
        if (isValidation) {
          addValidation(key + at, window);
        } else {
          addTraining(key + at, window);
        }
      }
    }

    @Override
    public void text(long key, int[] tokens, int length, float target) {
      throw new AssertionError("no short texts");
    }
  }
}
