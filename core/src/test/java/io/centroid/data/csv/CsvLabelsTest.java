package io.centroid.data.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.ClassNames;
import io.centroid.data.SourceSchema;
import io.centroid.data.csv.CsvFormat.TargetKind;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvLabelsTest {
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  @TempDir Path directory;

  @Test
  void integersFromZeroAreClassNumbers() throws IOException {
    assertThat(classes(0, "0", "1", "2")).isEmpty();
    assertThat(classes(0, "2.0", "0.0", "1.00")).isEmpty();
    assertThat(classes(0, "5", "0", "90")).isEmpty();
    assertThat(classes(10, "3", "5", "9")).isEmpty();
    assertThat(classes(2, "0", "3")).isEmpty();
    assertThat(classes(0, "0", "1000")).isEmpty();
    assertThat(classes(0, "999999999", "0")).isEmpty();
  }

  @Test
  void otherLabelsAreNamesInOrder() throws IOException {
    assertThat(classes(0, "b", "a", " b ", "\"a, c\"")).contains(List.of("a", "a, c", "b"));
    assertThat(classes(0, "True", "False")).contains(List.of("False", "True"));
    assertThat(classes(0, "1", "-1", "+1.0")).contains(List.of("-1", "1"));
    assertThat(classes(0, "7", "10", "1")).contains(List.of("1", "7", "10"));
    assertThat(classes(3, "3", "1.0", "2")).contains(List.of("1", "2", "3"));
    assertThat(classes(0, "0", "1", "unknown")).contains(List.of("0", "1", "unknown"));
    assertThat(classes(0, "2.5", "1.0")).contains(List.of("1", "2.5"));
  }

  @Test
  void namesComeFromAllFiles() throws IOException {
    Path first = write("a.csv", "x,label\n1,b\n");
    Path second = write("b.csv", "label;x\nc;1\na;2\n");
    assertThat(in(0, first, second)).contains(List.of("a", "b", "c"));
  }

  @Test
  void namesAfterTheFirstMebibytesAreFound() throws IOException {
    String rows = ("1," + "0".repeat(1000) + "\n").repeat(17 << 10);
    Path late = write("late.csv", "label,x\n" + rows + "-1,0\n");
    assertThat(in(0, late)).contains(List.of("-1", "1"));
  }

  @Test
  void invalidLabelsAreRejected() throws IOException {
    assertThatThrownBy(() -> classes(0, "a", ""))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 3, column 2: expected a class of 1 to 200 characters");
    assertThatThrownBy(() -> in(0, write("short.csv", "x,y,label\n1,2,a\n1,2\n")))
        .hasMessageContaining("line 3, column 3: the row has 2 columns, expected 3");
    assertThatThrownBy(() -> classes(0, "0", "NaN")).hasMessageContaining("found 'NaN'");
    assertThatThrownBy(() -> classes(0, "a", "a"))
        .hasMessageContaining("labels: expected at least two distinct ones, found one");
    assertThatThrownBy(() -> classes(4, "a", "b"))
        .hasMessageContaining("labels: expected 4 classes", "found 2: a, b");
    String[] many = new String[ClassNames.MOST + 1];
    for (int i = 0; i < many.length; i++) {
      many[i] = "0." + (i + 1);
    }
    assertThatThrownBy(() -> classes(0, many))
        .hasMessageContainingAll("line 1002", "at most 1000", "mean-squared-error");
  }

  private Optional<List<String>> classes(int known, String... labels) throws IOException {
    StringBuilder text = new StringBuilder("x,label\n");
    for (String label : labels) {
      text.append("1,").append(label).append('\n');
    }
    return in(known, write("data.csv", text.toString()));
  }

  private static Optional<List<String>> in(int known, Path... files) {
    CsvFormat format =
        new CsvFormat(
            "label", SourceSchema.FeatureKind.NUMBERS, TargetKind.CLASS, known, null, 1 << 20);
    List<String> paths = java.util.Arrays.stream(files).map(Path::toString).toList();
    return CsvLabels.in(FILES, paths, format, new CsvLineBreaks()).map(ClassNames::names);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }
}
