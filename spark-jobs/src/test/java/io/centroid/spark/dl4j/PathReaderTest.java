package io.centroid.spark.dl4j;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class PathReaderTest {

  private static void read(Exception failure) {
    PathReader reader =
        new PathReader(
            source -> {
              if (failure instanceof IOException e) {
                throw e;
              }
              throw (RuntimeException) failure;
            },
            new HadoopFiles(new Configuration()));
    reader.read("file:///data/part-3".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aLostConnectionIsWorthARetryAlsoIfTheLoaderWrapsIt() {
    SocketException lost = new SocketException("Connection reset");
    for (Exception failure :
        new Exception[] {
          lost, new UncheckedIOException(lost), new IllegalStateException("cannot load", lost)
        }) {
      assertThatThrownBy(() -> read(failure))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage("file:/data/part-3: Connection reset");
    }
  }

  @Test
  void aMissingOrDamagedFileIsBadInput() {
    for (Exception failure :
        new Exception[] {
          new FileNotFoundException("gone"),
          new EOFException("short"),
          new IllegalArgumentException("not a data set"),
          new IllegalStateException("cannot load", new EOFException("short"))
        }) {
      assertThatThrownBy(() -> read(failure))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("part-3 cannot be loaded: ");
    }
  }
}
