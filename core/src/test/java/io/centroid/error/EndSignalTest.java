package io.centroid.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndSignalTest {
  private static final String READY = "ready";

  /** A process that prints its first signal and ends only at once. */
  static final class Waiting {
    private Waiting() {}

    public static void main(String[] args) {
      EndSignal.handle(signal -> System.out.println(signal.name() + " " + signal.exitCode()));
      System.out.println(READY);
      new CompletableFuture<Void>().join();
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, SIGINT 130", "TERM, SIGTERM 143", "HUP, SIGHUP 129"})
  void theFirstSignalIsReceivedAndASecondInterruptEndsAtOnce(String name, String received)
      throws Exception {
    Process process = start();
    try (BufferedReader lines = process.inputReader()) {
      assertThat(lines.readLine()).isEqualTo(READY);
      send(name, process);
      assertThat(lines.readLine()).isEqualTo(received);
      send("TERM", process);
      send("INT", process);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(130);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aJvmThatLeavesSignalsToTheSystemRuns() throws Exception {
    Process process = start("-Xrs");
    try (BufferedReader lines = process.inputReader()) {
      assertThat(lines.readLine()).isEqualTo(READY);
      send("TERM", process);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void send(String signal, Process process) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
  }

  private static Process start(String... flags) throws Exception {
    // A build in the background of a shell, or after nohup, ignores signals, and so would this
    // process.
    List<String> line = new ArrayList<>(List.of("env", "--default-signal"));
    line.add(System.getProperty("java.home") + "/bin/java");
    line.addAll(List.of(flags));
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Waiting.class.getName()));
    return new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
