package io.centroid.bench.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.centroid.serve.DigitExports;
import io.centroid.serve.ServerUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The counters of the load generators agree with those of the server. */
class LoadTest {
  private static final String OK =
      "centroid_requests_total{code=\"200\",endpoint=\"infer\",model=\"digits\"}";
  private static final String MALFORMED =
      "centroid_requests_total{code=\"400\",endpoint=\"infer\",model=\"digits\"}";
  @TempDir Path folder;

  @Test
  void countersOfTheJavaGeneratorAgreeWithTheServer() throws Exception {
    compare(new JavaLoad(), 0);
  }

  @Test
  void countersOfWrkAgreeWithTheServer() throws Exception {
    assumeTrue(
        Files.isExecutable(WrkLoad.PROGRAM), WrkLoad.PROGRAM + " is not there (apt install wrk)");
    // wrk stops without reading the last responses: up to one request per connection is not
    // counted.
    compare(new WrkLoad(), 4);
  }

  private void compare(Load load, int uncounted) throws Exception {
    Path bodies = folder.resolve("bodies");
    try (ServerUnderTest server =
        ServerUnderTest.of(DigitExports.linear(folder.resolve("digits"), 1))) {
      Files.write(bodies, List.of(ServerUnderTest.body(1), ServerUnderTest.body(2)));
      LoadResult result =
          load.run(
              server.uri().resolve("/v2/models/digits/infer"), bodies, 4, Duration.ofSeconds(1));
      assertThat(result.clean()).as(result.toText()).isTrue();
      assertThat(result.requests()).isGreaterThan(20);
      assertThat(server.metric(OK) - result.requests()).isBetween(0.0, (double) uncounted);
      assertThat(result.p50()).isBetween(1L, result.p99());
      assertThat(result.p99()).isLessThanOrEqualTo(result.max() + 10);
      Files.write(bodies, List.of(ServerUnderTest.body(1), "nonsense"));
      LoadResult half =
          load.run(
              server.uri().resolve("/v2/models/digits/infer"), bodies, 4, Duration.ofSeconds(1));
      assertThat(half.clean()).isFalse();
      assertThat(half.broken()).isZero();
      assertThat(server.metric(MALFORMED) - half.refused()).isBetween(0.0, (double) uncounted);
    }
  }
}
