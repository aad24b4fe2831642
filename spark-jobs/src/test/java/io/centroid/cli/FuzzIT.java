package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.fuzz.parsers.Targets;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A minute's worth of damaged inputs for every parser, bound by their number: always the same. */
class FuzzIT {
  private static final int INPUTS = 60_000;

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Centroid.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @Test
  void everyParserReadsOrRefusesWhatItIsGiven() {
    int code =
        run(
            "fuzz",
            "--inputs",
            Integer.toString(INPUTS),
            "--seed",
            "20260101",
            "--slowest",
            "120",
            "--findings",
            folder.toString());
    assertThat(code).as("%s%s", err, out).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("seed 20260101, nothing found");
    assertThat(folder).isEmptyDirectory();
    Targets.ALL.forEach(target -> assertThat(out.toString()).contains(target.name()));
  }

  @Test
  void anInputIsReadAgainByItsFile() throws Exception {
    Path file = folder.resolve("generation-config-1-5.threw");
    Files.writeString(file, "{\"top_k\": 4}", StandardCharsets.UTF_8);
    assertThat(run("fuzz", "--reproduce", file.toString())).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).startsWith("generation-config, 12 bytes: accepted");
    assertThat(run("fuzz", "--target", "csv", "--reproduce", file.toString()))
        .isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).contains("csv, 12 bytes: refused");
  }

  @Test
  void targetsThatAreNotThereAreRefused() {
    assertThat(run("fuzz", "--target", "zip")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString()).contains("no target is called zip");
    assertThat(run("fuzz", "--inputs", "0")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(run("fuzz", "--reproduce", folder.resolve("x").toString()))
        .isEqualTo(ExitCode.BAD_INPUT);
  }
}
