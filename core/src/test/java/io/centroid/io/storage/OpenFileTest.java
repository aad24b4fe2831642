package io.centroid.io.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.junit.jupiter.api.Test;

final class OpenFileTest {

  @Test
  void rethrowsTheFailureEvenIfCloseThrowsItAgain() throws IOException {
    IOException quota = new IOException("The DiskSpace quota is exceeded");
    FSDataOutputStream out = new FSDataOutputStream(new Broken(quota, quota), null);
    assertThatThrownBy(() -> OpenFile.write(out, stream -> stream.write(1))).isSameAs(quota);
  }

  @Test
  void suppressesAnotherFailureOfClose() throws IOException {
    IOException first = new IOException("first");
    IOException second = new IOException("second");
    FSDataOutputStream out = new FSDataOutputStream(new Broken(first, second), null);
    assertThatThrownBy(() -> OpenFile.write(out, stream -> stream.write(1)))
        .isSameAs(first)
        .hasSuppressedException(second);
  }

  @Test
  void failsIfOnlyCloseFails() throws IOException {
    IOException close = new IOException("not on disk");
    FSDataOutputStream out = new FSDataOutputStream(new Broken(close, close), null);
    assertThatThrownBy(() -> OpenFile.write(out, stream -> {})).isSameAs(close);
  }

  private static final class Broken extends OutputStream {
    private final IOException atWrite;
    private final IOException atClose;

    Broken(IOException atWrite, IOException atClose) {
      this.atWrite = atWrite;
      this.atClose = atClose;
    }

    @Override
    public void write(int b) throws IOException {
      throw atWrite;
    }

    @Override
    public void close() throws IOException {
      throw atClose;
    }
  }
}
