package io.centroid.io.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AtomicDirectoryTest {
  private static final String MARKER = "manifest.json";

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(CommitProtocol.class)
  void isPublishedAfterAllFilesAreWritten(CommitProtocol protocol) throws IOException {
    AtomicDirectory directory = directory(protocol);
    directory.write(
        false,
        draft -> {
          assertThat(draft.folder().getName()).startsWith(".inprogress-model-");
          draft.write("inner/weights", new byte[3]);
          draft.write(MARKER, new byte[] {1});
          assertThat(folder.resolve("model")).doesNotExist();
          assertThat(Objects.requireNonNull(draft.files().get("inner/weights")).bytes())
              .isEqualTo(3);
        });
    assertThat(folder.resolve("model/inner/weights")).hasBinaryContent(new byte[3]);
    assertThat(directory.isComplete()).isTrue();
    assertThat(names()).containsExactly("model");
  }

  @ParameterizedTest
  @EnumSource(CommitProtocol.class)
  void replacesTheOldOneOnlyIfComplete(CommitProtocol protocol) throws IOException {
    write(directory(protocol), false, "old");
    assertThatThrownBy(
            () ->
                directory(protocol)
                    .write(
                        true,
                        draft -> {
                          draft.write("new", new byte[1]);
                          throw new IllegalStateException("does not verify");
                        }))
        .hasMessage("does not verify");
    assertThat(names()).containsExactly("model");
    assertThat(folder.resolve("model/old")).exists();

    write(directory(protocol), true, "new");
    assertThat(names()).containsExactly("model");
    assertThat(folder.resolve("model/old")).doesNotExist();
    assertThat(folder.resolve("model/new")).exists();
  }

  @Test
  void doesNotReplaceADirectoryCreatedMeanwhile() throws IOException {
    assertThatThrownBy(
            () ->
                directory(CommitProtocol.RENAME)
                    .write(
                        false,
                        draft -> {
                          draft.write(MARKER, new byte[1]);
                          write(directory(CommitProtocol.RENAME), false, "other");
                        }))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(names()).containsExactly("model");
    assertThat(folder.resolve("model/other")).exists();
  }

  @Test
  void aDirectoryWrittenInPlaceIsIncompleteWithoutItsMarker() throws IOException {
    AtomicDirectory directory = directory(CommitProtocol.MANIFEST_LAST);
    org.apache.hadoop.fs.Path written = directory.begin("hidden");
    assertThat(written).isEqualTo(directory.target());
    directory.storage().write(new org.apache.hadoop.fs.Path(written, "weights"), out -> {});
    directory.discard(written);
    assertThat(folder.resolve("model/weights")).exists();
    assertThat(directory.isComplete()).isFalse();
    directory.mark(written, new byte[1]);
    directory.publish(written);
    assertThat(directory.isComplete()).isTrue();
    directory.remove("hidden");
    assertThat(names()).isEmpty();
  }

  @Test
  void aFailedDeletionDoesNotFailThePublication() throws IOException {
    Configuration configuration = new Configuration();
    configuration.setClass("fs.keeping.impl", Keeping.class, FileSystem.class);
    HadoopFiles files = new HadoopFiles(configuration);
    org.apache.hadoop.fs.Path target =
        new org.apache.hadoop.fs.Path("keeping://" + folder.resolve("model"));
    write(AtomicDirectory.of(files, target, false, MARKER), false, "old");
    write(AtomicDirectory.of(files, target, true, MARKER), true, "new");
    assertThat(folder.resolve("model/new")).exists();
    assertThat(folder.resolve("model/old")).doesNotExist();
    assertThat(names()).hasSize(2).anyMatch(name -> name.startsWith(".replaced-model-"));
  }

  private static void write(AtomicDirectory directory, boolean overwrite, String file)
      throws IOException {
    directory.write(
        overwrite,
        draft -> {
          draft.write(file, new byte[1]);
          draft.write(MARKER, new byte[1]);
        });
  }

  private AtomicDirectory directory(CommitProtocol protocol) throws IOException {
    org.apache.hadoop.fs.Path target = new org.apache.hadoop.fs.Path(folder.toUri() + "/model");
    return new AtomicDirectory(Storage.of(target, new Configuration(), protocol), target, MARKER);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /** A file system that does not permit deletion. */
  public static final class Keeping extends RawLocalFileSystem {
    @Override
    public String getScheme() {
      return "keeping";
    }

    @Override
    public URI getUri() {
      return URI.create("keeping:///");
    }

    @Override
    public boolean delete(org.apache.hadoop.fs.Path path, boolean recursive) throws IOException {
      throw new IOException("Operation not permitted");
    }
  }
}
