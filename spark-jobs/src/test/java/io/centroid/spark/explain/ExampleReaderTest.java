package io.centroid.spark.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.data.SourceSchema.FeatureKind;
import io.centroid.data.Split;
import io.centroid.data.csv.CsvFormat;
import io.centroid.data.csv.CsvSource;
import io.centroid.data.digits.DigitsSource;
import io.centroid.explain.MaskedText;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleReaderTest {
  private static final ExampleReader READER =
      new ExampleReader(new DigitsSource(1, 300, 100), Split.TRAIN, null);

  @Test
  void aSampleDoesNotDependOnTheNumberOfShards() {
    long[] one = READER.smallestHashes(0, 1, 5, 40);
    long[] merged =
        LongStream.range(0, 3)
            .flatMap(worker -> Arrays.stream(READER.smallestHashes((int) worker, 3, 5, 40)))
            .sorted()
            .limit(40)
            .toArray();
    assertThat(one).hasSize(40).isEqualTo(merged).isNotEqualTo(READER.smallestHashes(0, 1, 6, 40));
  }

  @Test
  void aSampleHasTheExamplesWithTheSmallestHashes() {
    List<Example> all = new ArrayList<>();
    READER.read(0, 1, (index, key, example) -> all.add(example.get()));
    assertThat(all).hasSize(300).extracting(Example::name).startsWith("train 0", "train 1");
    long limit = READER.smallestHashes(0, 1, 5, 7)[6];
    assertThat(all.stream().filter(example -> ExampleReader.hash(5, example.key()) <= limit))
        .hasSize(7);
    float[][] sampled = READER.sample(5, 7);
    assertThat(sampled).hasNumberOfRows(7);
    assertThat(all.stream().map(Example::values)).contains(sampled);
    assertThat(READER.sample(5, 1000)).hasNumberOfRows(300);
    List<List<ExampleReader.Sampled>> shards =
        IntStream.range(0, 3).mapToObj(worker -> READER.sample(worker, 3, 5, 7)).toList();
    assertThat(ExampleReader.merged(shards, 7)).isDeepEqualTo(sampled);
  }

  /** Of 300 examples two independent samples of 60 share 12 on average, with a deviation of 2.8. */
  @Test
  void theBackgroundIsNotTheSampleThatIsExplained() {
    long limit = READER.smallestHashes(0, 1, 5, 60)[59];
    List<float[]> explained = new ArrayList<>();
    READER.read(
        0,
        1,
        (index, key, example) -> {
          if (ExampleReader.hash(5, key) <= limit) {
            explained.add(example.get().values());
          }
        });
    float[][] background = READER.sample(5, 60);
    assertThat(
            explained.stream()
                .filter(
                    row -> Arrays.stream(background).anyMatch(other -> Arrays.equals(row, other))))
        .hasSizeBetween(2, 24);
  }

  @Test
  void readingEndsWhenThereAreEnoughExamples() {
    List<Long> taken = new ArrayList<>();
    READER.readUntil(
        (index, key, example) -> {
          taken.add(index);
          return index == 4;
        });
    assertThat(taken).containsExactly(0L, 1L, 2L, 3L, 4L);
  }

  @Test
  void aRowOfATableIsNamedByItsOffset(@TempDir Path folder) throws IOException {
    Path table = Files.writeString(folder.resolve("t.csv"), "a,label\n1,0\n2.5,1\n");
    CsvFormat format =
        new CsvFormat("label", FeatureKind.NUMBERS, CsvFormat.TargetKind.CLASS, 2, null, 1 << 20);
    CsvSource source =
        new CsvSource(new HadoopFiles(new Configuration()), table.toString(), null, format);
    List<String> names = new ArrayList<>();
    new ExampleReader(source, Split.TRAIN, null)
        .read(0, 1, (index, key, example) -> names.add(example.get().name()));
    assertThat(names).containsExactly("train, the row at offset 8", "train, the row at offset 12");
  }

  @Test
  void thePiecesOfATextMakeUpTheText() {
    String text = "  A good film, isn't it? 好电影";
    List<MaskedText.Word> words = new MaskedText(texts -> new double[0][], text, "").words();
    List<String> pieces = ExampleExplainer.pieces(text, words);
    assertThat(String.join("", pieces)).isEqualTo(text);
    assertThat(pieces).containsExactly("  A ", "good ", "film, ", "isn't ", "it? ", "好", "电", "影");
    assertThat(ExampleExplainer.pieces("?", List.of())).isEmpty();
  }
}
