package io.centroid.fuzz;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.centroid.io.HadoopFiles;
import io.centroid.tensorboard.EventFileReader;
import io.centroid.tensorboard.HParams;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.FieldSource;

/** Fuzz target for the event files that a resumed run reads. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class EventFuzzTest {
  @TempDir private static Path folder;

  static final FuzzTarget EVENTS =
      new FuzzTarget(1 << 20, 40, EventFuzzTest::readAll, EventFuzzTest::files);

  @FieldSource("EVENTS")
  @FuzzTest
  void events(byte[] input) throws Exception {
    EVENTS.check(input);
  }

  private static void readAll(byte[] file) throws IOException {
    try (EventFileReader reader = new EventFileReader("events", new ByteArrayInputStream(file))) {
      while (reader.next().isPresent()) {}
    }
  }

  private static List<byte[]> files() {
    try {
      HParams.writeExperiment(
          new HadoopFiles(new Configuration()),
          new org.apache.hadoop.fs.Path(folder.toUri()),
          "two",
          Map.of("train.workers", Set.of("1", "2")),
          List.of("validation/loss"));
      try (Stream<Path> written = Files.list(folder)) {
        byte[] file = Files.readAllBytes(written.findFirst().orElseThrow());
        byte[] damaged = file.clone();
        damaged[file.length / 2] ^= 1;
        return List.of(file, damaged, Arrays.copyOf(file, file.length - 2), new byte[0]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
