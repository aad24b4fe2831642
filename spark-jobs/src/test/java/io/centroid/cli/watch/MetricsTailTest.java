package io.centroid.cli.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.io.storage.Storage;
import io.centroid.run.metrics.MetricsRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTailTest {
  @TempDir private Path folder;

  private Path file;
  private MetricsTail tail;
  private final List<String> read = new ArrayList<>();

  /** Steps of the lines, numbers of damaged ones, and a word where the file was replaced. */
  private final MetricsTail.Sink sink =
      new MetricsTail.Sink() {
        @Override
        public void onReplaced() {
          read.add("replaced");
        }

        @Override
        public void onRow(MetricsRow row) {
          read.add(String.valueOf(row.step()));
        }

        @Override
        public void onDamaged(long number) {
          read.add("line " + number);
        }
      };

  @BeforeEach
  void open() throws IOException {
    file = folder.resolve("metrics.jsonl");
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toUri());
    tail = new MetricsTail(Storage.of(path, new Configuration()), path);
  }

  @Test
  void onlyNewLinesAreRead() throws IOException {
    append(round(1, "12:00:01") + round(2, "12:00:02"));
    assertThat(readMore()).containsExactly("1", "2");
    assertThat(readMore()).isEmpty();
    append(round(3, "12:00:03"));
    assertThat(readMore()).containsExactly("3");
  }

  @Test
  void aLineIsReadWhenItIsComplete() throws IOException {
    String line = round(1, "12:00:01");
    append(line.substring(0, 20));
    assertThat(readMore()).isEmpty();
    append(line.substring(20, line.length() - 1));
    assertThat(readMore()).isEmpty();
    append("\n" + round(2, "12:00:02"));
    assertThat(readMore()).containsExactly("1", "2");
  }

  @Test
  void aMissingFileIsAwaited() throws IOException {
    assertThat(tail.read(sink)).isFalse();
    append(round(1, "12:00:01"));
    assertThat(tail.read(sink)).isTrue();
    assertThat(read).containsExactly("1");
  }

  @Test
  void aShorterFileIsReadFromItsStart() throws IOException {
    append(round(1, "12:00:01") + round(2, "12:00:02") + round(3, "12:00:03"));
    readMore();
    replace(round(1, "12:00:01"));
    assertThat(readMore()).containsExactly("replaced", "1");
  }

  /** A resumed run keeps the first lines, and may be longer by the time of the next reading. */
  @Test
  void aLongerFileWithTheSameStartIsReadFromItsStart() throws IOException {
    String kept = round(1, "12:00:01");
    append(kept + round(2, "12:00:02"));
    readMore();
    replace(kept + round(2, "12:07:02") + round(3, "12:07:03") + round(4, "12:07:04"));
    assertThat(readMore()).containsExactly("replaced", "1", "2", "3", "4");
    append(round(5, "12:07:05"));
    assertThat(readMore()).containsExactly("5");
  }

  @Test
  void aFileThatWasReplacedByTheSameLinesIsContinued() throws IOException {
    String kept = round(1, "12:00:01") + round(2, "12:00:02");
    append(kept);
    readMore();
    replace(kept + round(3, "12:07:03"));
    assertThat(readMore()).containsExactly("3");
  }

  @Test
  void whatIsNoLineOfMetricsIsReportedByItsNumber() throws IOException {
    append("{\"type\":\"round\"\n\u0000\u0001[[[[\n" + "x".repeat(5 << 20) + "\n{}\n");
    append(round(7, "12:00:01"));
    assertThat(readMore()).containsExactly("line 1", "line 2", "line 3", "line 4", "7");
    append(round(8, "12:00:02") + "{\n" + round(9, "12:00:03"));
    assertThat(readMore()).containsExactly("8", "line 7", "9");
    replace("{\n" + round(9, "12:00:04"));
    assertThat(readMore()).containsExactly("replaced", "line 1", "9");
  }

  private List<String> readMore() throws IOException {
    read.clear();
    assertThat(tail.read(sink)).isTrue();
    return List.copyOf(read);
  }

  private void append(String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void replace(String text) throws IOException {
    Path other = Files.writeString(folder.resolve("new"), text);
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String round(int step, String time) {
    return """
        {"type":"round","round":%d,"step":%d,"examples":64,"time":"2026-01-01T%sZ","loss":0.5}
        """
        .formatted(step, step, time);
  }
}
