package io.centroid.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.csv.CsvFormat;
import io.centroid.data.csv.CsvSource;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JoinedSourceTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  @TempDir Path folder;

  @Test
  void everyExampleBelongsToExactlyOneWorker() throws IOException {
    JoinedSource joined = joined(table("a", 100), table("b", 37), table("c", 5));
    for (int workers : new int[] {1, 3}) {
      List<Float> seen = new ArrayList<>();
      for (int worker = 0; worker < workers; worker++) {
        seen.addAll(read(joined, worker, workers).values());
      }
      assertThat(seen).hasSize(142).doesNotHaveDuplicates();
    }
  }

  @Test
  void validationDoesNotDependOnOtherParts() throws IOException {
    JoinedSource.Part a = table("a", 100);
    JoinedSource.Part b = table("b", 100);
    Set<Float> alone = heldOut(joined(b));
    assertThat(alone).hasSizeBetween(5, 60);
    assertThat(heldOut(joined(a, b, table("c", 100)))).containsAll(alone);
    assertThat(heldOut(joined(a, b).only(Set.of("b")))).isEqualTo(alone);
  }

  @Test
  void aSubsetOfThePartsKeepsItsKeys() throws IOException {
    JoinedSource joined = joined(table("a", 10), table("b", 10));
    assertThat(read(joined, 0, 1)).containsAllEntriesOf(read(joined.only(Set.of("b")), 0, 1));
    assertThat(read(joined.only(Set.of("b")), 0, 1)).hasSize(10);
  }

  /** Names of one hash are rare, but among ten thousand partitions one pair is likely. */
  @Test
  void partsWhoseNamesHaveTheSameHashAreKeptApart() throws IOException {
    Map<Long, String> names = new HashMap<>();
    String first = "";
    String second = "";
    for (int i = 0; second.isEmpty(); i++) {
      String name = "day-" + i;
      String same =
          names.put(Long.parseLong(Sha256.of(name).substring(0, 8), 16) & 0x7ffffff, name);
      first = same == null ? first : same;
      second = same == null ? second : name;
    }
    JoinedSource.Part a = renamed(table("a", 10), first);
    JoinedSource.Part b = renamed(table("b", 10), second);
    assertThat(read(joined(a, b), 0, 1)).hasSize(20);
    assertThat(read(joined(a, b), 0, 1)).containsAllEntriesOf(read(joined(a), 0, 1));
    assertThat(read(joined(a, b).only(Set.of(second)), 0, 1))
        .hasSize(10)
        .doesNotContainKeys(read(joined(a), 0, 1).keySet().toArray(Long[]::new));
  }

  private static JoinedSource.Part renamed(JoinedSource.Part part, String name) {
    return new JoinedSource.Part(name, part.source());
  }

  @Test
  void rejectsIncompatibleParts() throws IOException {
    Files.writeString(folder.resolve("wide.csv"), "label,x,y\n1,2,3\n");
    JoinedSource.Part wide =
        new JoinedSource.Part("wide", source(folder.resolve("wide.csv").toString()));
    JoinedSource joined = joined(table("a", 3), wide);
    assertThatThrownBy(() -> joined.schema(Split.TRAIN))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("wide.csv: an example: expected ");
    assertThatThrownBy(() -> joined(table("a", 3), table("a", 3)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("data.parts: \"a\" is not unique");
  }

  private static JoinedSource joined(JoinedSource.Part... parts) {
    return new JoinedSource(List.of(parts));
  }

  /** A table whose only feature is unique across all tables. */
  private JoinedSource.Part table(String name, int rows) throws IOException {
    StringBuilder text = new StringBuilder("label,x\n");
    for (int i = 0; i < rows; i++) {
      text.append(i % 2).append(',').append(name.charAt(0) * 1000 + i).append('\n');
    }
    Path file = folder.resolve(name + ".csv");
    Files.writeString(file, text);
    return new JoinedSource.Part(name, source(file.toString()));
  }

  private static ExampleSource source(String file) {
    return new CsvSource(
        FILES,
        file,
        null,
        new CsvFormat(
            "label",
            SourceSchema.FeatureKind.NUMBERS,
            CsvFormat.TargetKind.CLASS,
            0,
            null,
            1 << 20));
  }

  private static TreeMap<Long, Float> read(ExampleSource source, int worker, int workers) {
    TreeMap<Long, Float> values = new TreeMap<>();
    source.read(
        Split.TRAIN,
        7,
        worker,
        workers,
        new RowSink((key, row) -> assertThat(values.put(key, row[0])).isNull()));
    return values;
  }

  private static Set<Float> heldOut(ExampleSource source) {
    Shard shard = Shard.read(source, Split.TRAIN, 7, 0.25, 0, 1);
    Set<Float> values = new TreeSet<>();
    Batch batch = new Batch(shard.validation().shape(), Math.max(1, shard.validation().count()));
    batch.fill(shard.validation(), Normalization.NONE, 0, shard.validation().count());
    for (int i = 0; i < batch.size(); i++) {
      values.add(batch.inputs()[i]);
    }
    return values;
  }

  private record RowSink(java.util.function.BiConsumer<Long, float[]> rows) implements ExampleSink {
    @Override
    public void image(long key, byte[] pixels, int offset, float target) {
      throw new AssertionError("an image");
    }

    @Override
    public void row(long key, float[] values, float target) {
      rows.accept(key, values);
    }

    @Override
    public void span(long key, boolean validation, int[] tokens, int length) {
      throw new AssertionError("a span");
    }

    @Override
    public void text(long key, int[] tokens, int length, float target) {
      throw new AssertionError("a text");
    }
  }
}
