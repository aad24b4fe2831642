package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.cli.report.PredictionColumns;
import io.centroid.error.InputException;
import io.centroid.evaluate.Predictions;
import io.centroid.io.HadoopFiles;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmissionFileTest {
  private static final Predictions THREE =
      new Predictions(new long[] {0, 1, 2}, new float[] {2, 0, 9});

  private final HadoopFiles files = new HadoopFiles(new Configuration());

  @TempDir private Path folder;

  @Test
  void numbersExamplesFromOne() throws IOException {
    Path file = write("submission.csv", THREE, PredictionColumns.CLASSES);
    assertThat(file).hasContent("ImageId,Label\n1,2\n2,0\n3,9\n");
  }

  @Test
  void writesNumbersWithFullPrecision() throws IOException {
    Predictions numbers = new Predictions(new long[] {0, 1}, new float[] {0.1f, -1.5e20f});
    Path file = write("prices.csv", numbers, PredictionColumns.NUMBERS);
    assertThat(file).hasContent("Id,Prediction\n1,0.1\n2,-1.5E20\n");
  }

  @Test
  void quotesClassNamesWhereCsvRequiresIt() throws IOException {
    Predictions classes = new Predictions(new long[] {0, 1, 2}, new float[] {1, 0, 2});
    PredictionColumns named = PredictionColumns.named(List.of("a, b", "good", "\"so\""));
    assertThat(write("p.csv", classes, named))
        .hasContent("Record,Label\n1,good\n2,\"a, b\"\n3,\"\"\"so\"\"\"\n");
  }

  @Test
  void replacesAFileAndLeavesNoTemporaryFiles() throws IOException {
    Files.writeString(folder.resolve("submission.csv"), "old");
    write("submission.csv", THREE, PredictionColumns.CLASSES);
    assertThat(folder.toFile().list()).containsExactly("submission.csv");
  }

  @Test
  void createsTheFolder() throws IOException {
    assertThat(write("a b/c/submission.csv", THREE, PredictionColumns.CLASSES)).exists();
  }

  @Test
  void rejectsAFolder() throws IOException {
    Files.createDirectories(folder.resolve("out/kept"));
    assertThatThrownBy(() -> write("out", THREE, PredictionColumns.CLASSES))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is a folder, expected a file");
    assertThat(folder.resolve("out/kept")).exists();
  }

  @Test
  void keepsTheOldFileIfTheDiskIsFull() throws IOException {
    Path file = Files.writeString(folder.resolve("submission.csv"), "old");
    Configuration configuration = new Configuration();
    configuration.setClass("fs.full.impl", FullDisk.class, FileSystem.class);
    SubmissionFile submission =
        new SubmissionFile(
            new HadoopFiles(configuration), new org.apache.hadoop.fs.Path("full://" + file));
    assertThatThrownBy(() -> submission.write(THREE, PredictionColumns.CLASSES))
        .isInstanceOf(IOException.class)
        .hasMessage("no space left");
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("submission.csv");
  }

  /** A local file system without free space. */
  static final class FullDisk extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("full:///");
    }

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path path,
        boolean overwrite,
        int buffer,
        short replication,
        long block,
        Progressable progress)
        throws IOException {
      OutputStream file = super.create(path, overwrite, buffer, replication, block, progress);
      return new FSDataOutputStream(
          new FilterOutputStream(file) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
              out.write(bytes, offset, 1);
              throw new IOException("no space left");
            }
          },
          null);
    }
  }

  private Path write(String name, Predictions predictions, PredictionColumns columns)
      throws IOException {
    Path file = folder.resolve(name);
    new SubmissionFile(files, new org.apache.hadoop.fs.Path(file.toUri()))
        .write(predictions, columns);
    return file;
  }
}
