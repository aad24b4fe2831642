package io.centroid.io.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AtomicFileTest {
  @TempDir private Path folder;
  private org.apache.hadoop.fs.Path file;

  @BeforeEach
  void name() {
    file = new org.apache.hadoop.fs.Path(folder.toUri() + "/result.json");
  }

  @Test
  void replacesTheContentAtomically() throws IOException {
    Storage storage = Storage.of(file, new Configuration());
    AtomicFile.ofOneWriter(storage, file).write(new byte[] {1});
    assertThatThrownBy(
            () ->
                AtomicFile.ofManyWriters(storage, file)
                    .write(
                        out -> {
                          out.write(2);
                          assertThat(folder.resolve("result.json"))
                              .hasBinaryContent(new byte[] {1});
                          throw new IOException("No space left on device");
                        }))
        .hasMessage("No space left on device");
    assertThat(folder.resolve("result.json")).hasBinaryContent(new byte[] {1});
    assertThat(folder.toFile().list()).containsExactly("result.json");

    AtomicFile.ofManyWriters(storage, file).write(new byte[] {3});
    assertThat(folder.resolve("result.json")).hasBinaryContent(new byte[] {3});
    assertThat(folder.toFile().list()).containsExactly("result.json");
  }

  /** There a file is written in place and appears when it is closed. */
  @Test
  void anObjectStoreKeepsTheOldContentIfTheNewOneIsIncomplete() throws IOException {
    var object = ObjectStore.path(folder.resolve("result.json"));
    Storage storage = Storage.of(object, ObjectStore.configuration(), CommitProtocol.MANIFEST_LAST);
    AtomicFile replaced = AtomicFile.ofOneWriter(storage, object);
    replaced.write(new byte[] {1});
    assertThatThrownBy(
            () ->
                replaced.write(
                    out -> {
                      out.write(2);
                      throw new IOException("the source cannot be read");
                    }))
        .hasMessage("the source cannot be read");
    assertThat(folder.resolve("result.json")).hasBinaryContent(new byte[] {1});
    replaced.write(new byte[] {3});
    assertThat(folder.resolve("result.json")).hasBinaryContent(new byte[] {3});
  }

  @ParameterizedTest
  @EnumSource(CommitProtocol.class)
  void onlyTheFirstWriterCreatesTheFile(CommitProtocol protocol) throws IOException {
    Storage storage = Storage.of(file, new Configuration(), protocol);
    assertThat(AtomicFile.putIfAbsent(storage, file, new byte[] {1})).isTrue();
    assertThat(AtomicFile.putIfAbsent(storage, file, new byte[] {2})).isFalse();
    assertThat(folder.resolve("result.json")).hasBinaryContent(new byte[] {1});
    assertThat(folder.toFile().list()).containsExactly("result.json");
  }
}
