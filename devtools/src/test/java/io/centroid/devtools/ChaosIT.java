package io.centroid.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.error.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fault injection; {@code ./centroid chaos --minutes 20} is a longer test. */
class ChaosIT {
  @TempDir private Path folder;

  @Test
  void halfAMinuteOfFaultsEndsBitwiseIdentical() throws Exception {
    requireBitwiseIdentical("0.5", 2);
  }

  @Tag("long")
  @Test
  void twoMinutesOfFaultsEndBitwiseIdentical() throws Exception {
    requireBitwiseIdentical("2", 5);
  }

  private void requireBitwiseIdentical(String minutes, int atLeast) throws Exception {
    StringWriter out = new StringWriter();
    // Directly to the test's log, for the case that it fails.
    PrintWriter err = new PrintWriter(System.err, true);
    Path chaos = folder.resolve("chaos");
    int exitCode =
        Developer.run(
            new PrintWriter(out, true),
            err,
            "chaos",
            "--minutes",
            minutes,
            "--seed",
            "1",
            "--json",
            "--out",
            chaos.toString());
    assertThat(exitCode).as(out.toString()).isEqualTo(ExitCode.DONE);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    System.err.println(report);
    assertThat(report.path("passed").asBoolean()).isTrue();
    int faults = 0;
    for (JsonNode kind : report.path("faults")) {
      faults += kind.path("count").asInt();
    }
    assertThat(faults).isGreaterThanOrEqualTo(atLeast);
    assertThat(report.path("runs").size()).isGreaterThanOrEqualTo(1);
    for (JsonNode run : report.path("runs")) {
      assertThat(run.path("rounds").asLong()).isEqualTo(300);
      assertThat(run.path("parametersSha256")).isEqualTo(report.path("expectedSha256"));
    }
    assertThat(report.path("leftovers")).isEmpty();
    assertThat(Files.exists(chaos)).isTrue();
  }

  @Test
  void rejectsAnExistingFolder() {
    StringWriter err = new StringWriter();
    int exitCode =
        Developer.run(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err, true),
            "chaos",
            "--out",
            folder.toString());
    assertThat(exitCode).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString())
        .isEqualTo("centroid: --out must be a new folder, but it exists: " + folder + "\n");
  }
}
