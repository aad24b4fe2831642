package io.centroid.devtools;

import io.centroid.bench.redact.RedactionSpeed;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench redact}: measures the redaction of texts. */
@Command(
    name = "redact",
    description = {
      "Measure how fast personal data are found and masked by rules.",
      "Prose in English and in Chinese, with few and with many items, processor time of one thread."
    },
    footer = {"", "Example:", "  centroid bench redact --megabytes 50"},
    mixinStandardHelpOptions = true)
final class BenchRedactCommand implements Callable<Integer> {
  @Option(
      names = "--megabytes",
      paramLabel = "N",
      defaultValue = "20",
      description = "Size of each prose in 10^6 bytes (default: ${DEFAULT-VALUE}).")
  private int megabytes;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "7",
      description = "Measured runs (default: ${DEFAULT-VALUE}).")
  private int runs;

  @Mixin private BenchOutput output;

  @Override
  public Integer call() throws IOException {
    requireAtLeast("--megabytes", 1, megabytes);
    requireAtLeast("--runs", 1, runs);
    output.createFolder();
    RedactionSpeed speed = RedactionSpeed.measure(megabytes, runs, output::progress);
    output.print(speed.toJson(), speed.toText());
    return ExitCode.DONE;
  }

  private static void requireAtLeast(String option, int least, int value) {
    if (value < least) {
      throw new InputException(option + " must be at least " + least + ": " + value);
    }
  }
}
