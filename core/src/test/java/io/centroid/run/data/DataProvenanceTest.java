package io.centroid.run.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataProvenanceTest {
  @TempDir private Path folder;

  @Test
  void theRedactionOfATableIsRecordedWithoutPaths() throws IOException {
    Path table = Files.writeString(folder.resolve("train.csv"), "a,b\n1,2\n");
    assertThat(provenance(folder)).isEmpty();
    redaction("{\"policy\": \"%s\", \"counts\": {\"email\": 2}, \"files\": 1}");
    for (Path place : List.of(folder, table)) {
      assertThat(provenance(place))
          .containsOnly(entry("redaction-policy", "1".repeat(64)), entry("redacted.email", "2"));
    }
  }

  @Test
  void aDamagedRecordIsRefused() throws IOException {
    redaction("{\"policy\": \"%s\", \"counts\": {\"email\": \"x\"}}");
    assertThatThrownBy(() -> provenance(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("_redaction.json: key counts.email");
  }

  /** Folders above the data that no one else needs to read, as in a bucket. */
  @Test
  void foldersThatTheUserMayNotLookIntoHaveNoRecord() throws IOException {
    Files.writeString(folder.resolve("train.csv"), "a,b\n1,2\n");
    Configuration hadoop = new Configuration();
    hadoop.setClass("fs.guarded.impl", Guarded.class, FileSystem.class);
    HadoopFiles files = new HadoopFiles(hadoop);
    String table = "guarded:" + folder.resolve("train.csv");
    assertThat(DataProvenance.redactionFile(files, table)).isEmpty();
    redaction("{\"policy\": \"%s\", \"counts\": {}}");
    assertThat(DataProvenance.redactionFile(files, table)).isNotEmpty();
  }

  /** Local files, of which those directly below the root are refused, whether they exist or not. */
  public static final class Guarded extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("guarded:///");
    }

    @Override
    public FileStatus getFileStatus(org.apache.hadoop.fs.Path file) throws IOException {
      org.apache.hadoop.fs.Path parent = file.getParent();
      if (parent != null && parent.isRoot()) {
        throw new AccessControlException("access denied: " + file);
      }
      return super.getFileStatus(file);
    }
  }

  private void redaction(String json) throws IOException {
    Files.writeString(folder.resolve("_redaction.json"), json.formatted("1".repeat(64)));
  }

  private static Map<String, String> provenance(Path place) {
    return DataProvenance.of(
        RunConfig.load(null, List.of("data.format=csv", "data.csv.target=b", "data.path=" + place))
            .data(),
        new HadoopFiles(new Configuration()));
  }
}
