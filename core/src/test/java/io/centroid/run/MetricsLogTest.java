package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.centroid.io.storage.Storage;
import io.centroid.train.Rollback;
import io.centroid.train.TrainState;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsLogTest {
  private static final TrainState START = TrainState.initial(new float[0]);

  @TempDir Path directory;

  @Test
  void isSyncedBeforeItReplacesTheOldFile() throws IOException {
    try (MetricsLog log = open()) {
      assertThat(Files.exists(directory.resolve("metrics.jsonl"))).isTrue();
      assertThat(WatchedFileSystem.synced).isTrue();
      assertThat(log).isNotNull();
    }
  }

  @Test
  void aFullDiskFailsTheWriteOfARollback() throws IOException {
    assumeTrue(Files.exists(Path.of("/dev/full")), "there is a /dev/full");
    MetricsLog log = open();
    WatchedFileSystem.full = true;
    assertThatThrownBy(() -> log.onRollback(START, new Rollback(1, 1, 0, 0.5, "diverged")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("cannot write ")
        .hasMessageEndingWith("metrics.jsonl: No space left on device");
  }

  private MetricsLog open() throws IOException {
    WatchedFileSystem.synced = false;
    WatchedFileSystem.full = false;
    Configuration configuration = new Configuration();
    configuration.set("fs.watched.impl", WatchedFileSystem.class.getName());
    var file = new org.apache.hadoop.fs.Path("watched://" + directory + "/metrics.jsonl");
    return MetricsLog.open(Storage.of(file, configuration), file, START);
  }

  /** Local files whose streams know whether they were synced, and may fail when they are closed. */
  public static final class WatchedFileSystem extends RawLocalFileSystem {
    private static boolean synced;
    private static boolean full;

    @Override
    public String getScheme() {
      return "watched";
    }

    @Override
    public URI getUri() {
      return URI.create("watched:///");
    }

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path path,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      return new FSDataOutputStream(
          new Watched(super.create(path, overwrite, bufferSize, replication, blockSize, progress)),
          null);
    }

    private static final class Watched extends FilterOutputStream
        implements Syncable, StreamCapabilities {
      private final FSDataOutputStream file;

      Watched(FSDataOutputStream file) {
        super(file);
        this.file = file;
      }

      @Override
      public boolean hasCapability(String capability) {
        return file.hasCapability(capability);
      }

      @Override
      public void hflush() throws IOException {
        file.hflush();
      }

      @Override
      public void hsync() throws IOException {
        file.hsync();
        synced = true;
      }

      @Override
      public void close() throws IOException {
        file.close();
        if (full) {
          throw refusal();
        }
      }
    }

    private static FSError refusal() throws IOException {
      RawLocalFileSystem disk = new RawLocalFileSystem();
      disk.initialize(URI.create("file:///"), new Configuration());
      OutputStream out = disk.create(new org.apache.hadoop.fs.Path("/dev/full"), true);
      out.write(1);
      return catchThrowableOfType(FSError.class, out::close);
    }
  }
}
