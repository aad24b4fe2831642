package io.centroid.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.error.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class BenchRedactCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void findsAboutOneItemPerDistance() throws Exception {
    assertThat(run("--megabytes", "1", "--runs", "1", "--json"))
        .as(err.toString())
        .isEqualTo(ExitCode.DONE);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(report.path("rows")).hasSize(4);
    for (JsonNode row : report.path("rows")) {
      assertThat(row.path("bytes").asLong()).isBetween(1_000_000L, 1_100_000L);
      long items = row.path("bytes").asLong() / row.path("distance").asLong();
      assertThat(row.path("findings").asDouble()).isBetween(0.95 * items, 1.05 * items);
      assertThat(row.path("megabytesPerSecond").path("median").asDouble()).isPositive();
    }
  }

  @Test
  void anInvalidOptionIsReportedInOneLine() {
    assertThat(run("--megabytes", "0")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().strip()).isEqualTo("centroid: --megabytes must be at least 1: 0");
  }

  private int run(String... options) {
    String[] arguments = new String[options.length + 2];
    arguments[0] = "bench";
    arguments[1] = "redact";
    System.arraycopy(options, 0, arguments, 2, options.length);
    return Developer.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
