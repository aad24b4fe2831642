package io.centroid.fuzz;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.Retention;
import io.centroid.checkpoint.lease.LeaseLostException;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.lease.WriterLease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Fuzz target for the lease file of a new holder, which the previous holder reads for its message:
 * the lease is always reported as lost, in one line.
 */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class LeaseFuzzTest {
  @TempDir private static Path folder;
  private static WriterLease previous;
  private static WriterLease holder;
  private static Path newest;
  private static String original;

  static final FuzzTarget LEASE =
      new FuzzTarget(
          1 << 19,
          400,
          LeaseFuzzTest::check,
          () ->
              List.of(
                  Inputs.latin(original),
                  Inputs.latin(
                      original.replaceFirst(
                          "\"host\" : \"[^\"]*\"", "\"host\" : \"a\\\\n\\\\u001b[31m\""))));

  @BeforeAll
  static void acquireTwice() throws IOException {
    previous = lease();
    previous.close();
    holder = lease();
    try (Stream<Path> found = Files.walk(folder)) {
      newest =
          found
              .filter(path -> path.getFileName().toString().matches("fencing-token-[0-9]+[.]json"))
              .max(Path::compareTo)
              .orElseThrow();
    }
    original = Inputs.latin(Files.readAllBytes(newest));
  }

  @AfterAll
  static void end() {
    holder.close();
  }

  @FieldSource("LEASE")
  @DictionaryEntries({"\"pid\"", "\"host\"", "\"startedAt\"", "\"fencingToken\""})
  @FuzzTest
  void lease(byte[] input) throws Exception {
    LEASE.check(input);
  }

  private static WriterLease lease() throws IOException {
    CheckpointStore store =
        CheckpointStore.of(
            new org.apache.hadoop.fs.Path(folder.toUri()),
            new Configuration(),
            CheckpointListener.LOGGED);
    return store.writer(store.claim(LeaseTerms.usual()), Retention.last(1)).lease();
  }

  private static void check(byte[] input) throws IOException {
    Files.write(newest, input);
    try {
      previous.check();
    } catch (LeaseLostException e) {
      FuzzTarget.requireOneLine(e);
      return;
    }
    throw new AssertionError("the lost lease was not reported");
  }
}
