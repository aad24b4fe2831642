package io.centroid.bench.gpu;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.bench.LineProcess;
import io.centroid.device.Device;
import io.centroid.error.InputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Searches the largest batch in a JVM of its own: LibTorch keeps memory that it has taken, and
 * gives it back to other processes on the card only at its end.
 */
public final class BatchSearchProcess {
  private BatchSearchProcess() {}

  /** What the process is asked. */
  record Question(Gpt2Training training, Device device, int limit) {}

  /** What it answers. */
  record Answer(int batch) {}

  /**
   * Returns the largest batch, a power of two; 0 if there is not enough memory for one text.
   *
   * @param limit largest batch that is tried
   * @throws InputException if the device cannot be used
   */
  public static int largest(Gpt2Training training, Device device, int limit) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("-Xmx") || flag.startsWith("-Dorg.bytedeco.javacpp."))
        .forEach(line::add);
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    line.add(BatchSearchProcess.class.getName());
    try (LineProcess process =
        new LineProcess("the search of the largest batch", new ProcessBuilder(line))) {
      return process.ask(new Question(training, device, limit), Answer.class).batch();
    }
  }

  /** Answers one question on standard input. */
  public static void main(String[] args) throws IOException {
    ObjectMapper json = new ObjectMapper();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Question question = json.readValue(lines.readLine(), Question.class);
    Object answer;
    try {
      answer = new Answer(search(question));
    } catch (InputException e) {
      answer = Map.of("refused", String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      answer = Map.of("error", e.toString());
    }
    System.out.println(json.writeValueAsString(answer));
  }

  private static int search(Question question) {
    Gpt2Training training = question.training();
    return new BatchSearch(question.limit())
        .largest(
            batch -> {
              try (CentroidGpu centroid = new CentroidGpu(question.device())) {
                double unused = centroid.run(training.withBatch(batch));
              }
            });
  }
}
