package io.centroid.run.metrics;

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
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FSInputStream;
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

  /** A long run's file may exceed the memory: what is kept is written while the rest is read. */
  @Test
  void theLinesToKeepAreNotHeldInMemory() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      lines.append("{\"type\":\"round\",\"step\":").append(i % 2 == 0 ? 0 : 5).append("}\n");
    }
    Files.writeString(directory.resolve("metrics.jsonl"), lines);
    open().close();
    assertThat(WatchedFileSystem.writtenBeforeTheEnd).isGreaterThan(200_000);
    assertThat(Files.readAllLines(directory.resolve("metrics.jsonl")))
        .hasSize(10_000)
        .containsOnly("{\"type\":\"round\",\"step\":0}");
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
    WatchedFileSystem.written = 0;
    Configuration configuration = new Configuration();
    configuration.set("fs.watched.impl", WatchedFileSystem.class.getName());
    var file = new org.apache.hadoop.fs.Path("watched://" + directory + "/metrics.jsonl");
    return MetricsLog.open(Storage.of(file, configuration), file, START);
  }

  /** Local files whose streams know whether they were synced, and may fail when they are closed. */
  public static final class WatchedFileSystem extends RawLocalFileSystem {
    private static boolean synced;
    private static boolean full;
    private static long written;
    private static long writtenBeforeTheEnd;

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize)
        throws IOException {
      FSDataInputStream file = super.open(path, bufferSize);
      return new FSDataInputStream(
          new FSInputStream() {
            @Override
            public int read() throws IOException {
              int value = file.read();
              writtenBeforeTheEnd = value < 0 ? writtenBeforeTheEnd : written;
              return value;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
              int count = file.read(buffer, offset, length);
              writtenBeforeTheEnd = count < 0 ? writtenBeforeTheEnd : written;
              return count;
            }

            @Override
            public void seek(long position) throws IOException {
              file.seek(position);
            }

            @Override
            public long getPos() throws IOException {
              return file.getPos();
            }

            @Override
            public boolean seekToNewSource(long position) {
              return false;
            }
          });
    }

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
      public void write(byte[] bytes, int offset, int length) throws IOException {
        file.write(bytes, offset, length);
        written += length;
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
