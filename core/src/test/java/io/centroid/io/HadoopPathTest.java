package io.centroid.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.io.decoding.FileHead;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HadoopPathTest {
  private final HadoopFiles files = new HadoopFiles(new Configuration());

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "iris_2026-01-01T10:00:00.csv",
        "iris2026:01.csv",
        "a:b",
        "with space.csv",
        "a%20b.csv",
        "a#1.csv",
        "a?b=1.csv",
        "a[1].csv",
        "a{1,2}.csv",
        "a*.csv",
        "a\\b.csv",
        "Größe.csv",
        "-dash.csv",
        "trailing ",
        " leading",
        "2026:01/02:03.csv",
      })
  void filesOfAnyNameAreWrittenListedAndRead(String name) throws IOException {
    var root = HadoopPath.parse(folder.toString());
    var file = HadoopPath.child(root, name);
    AtomicFile.ofOneWriter(Storage.of(files, file), file)
        .write("content".getBytes(StandardCharsets.UTF_8));
    assertThat(Files.readString(folder.resolve(name))).isEqualTo("content");
    var listed = files.list(file.getParent()).get(0).getPath();
    for (var path :
        new org.apache.hadoop.fs.Path[] {
          file, listed, HadoopPath.parse(file.toString()), HadoopPath.parse(listed.toString())
        }) {
      assertThat(files.read(path, 100)).asString().isEqualTo("content");
      assertThat(FileHead.read(files, path.toString(), 3).bytes()).asString().isEqualTo("con");
    }
    assertThat(HadoopPath.child(folder.toString(), name)).isEqualTo(folder + "/" + name);
  }

  @Test
  void aRelativePathWithAColonIsNoUri() {
    var working = files.fileSystem(files.path(".")).getWorkingDirectory();
    for (String name : new String[] {"a:b.csv", "2026-01-01T10:00.csv", "x:y/z:1.csv"}) {
      var path = HadoopPath.parse(name);
      assertThat(path.toUri().getScheme()).isNull();
      assertThat(files.fileSystem(path).makeQualified(path))
          .hasToString(working.toString() + "/" + name);
      assertThat(HadoopPath.parse(path.toString())).isEqualTo(path);
    }
    assertThat(HadoopPath.parse("hdfs://host:9000/a:b").toUri().getAuthority())
        .isEqualTo("host:9000");
    assertThat(HadoopPath.parse("file:/a/b")).hasToString("file:/a/b");
  }

  @Test
  void aColonInANameOfHdfsIsRefused() throws IOException {
    try (DistributedFileSystem hdfs = new DistributedFileSystem()) {
      HadoopPath.requireValid(hdfs, HadoopPath.parse("hdfs://host:9000/a/b.csv"));
      assertThatThrownBy(
              () -> HadoopPath.requireValid(hdfs, HadoopPath.parse("hdfs://host:9000/a/b:c.csv")))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "hdfs://host:9000/a/b:c.csv: HDFS allows no colon in the name of a file or folder");
    }
  }
}
