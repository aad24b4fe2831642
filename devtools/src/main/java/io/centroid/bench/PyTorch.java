package io.centroid.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.error.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A Python interpreter with PyTorch installed.
 *
 * @param python path or name of the interpreter
 * @param version version of the torch package
 */
public record PyTorch(String python, String version) {
  private static final String SCRIPT = "averaging_pytorch.py";
  private static final String QUESTION = "import torch; print('torch', torch.__version__)";

  /**
   * Finds torch in a Python interpreter.
   *
   * @param python path or name on the PATH
   * @throws InputException if there is no such interpreter or it cannot import torch
   */
  public static PyTorch find(String python) {
    String said;
    try {
      Process process =
          new ProcessBuilder(python, "-c", QUESTION)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new InputException(
          "--against pytorch needs a Python with torch; there is no "
              + python
              + " (--python names another)",
          e);
    }
    if (!said.startsWith("torch ")) {
      throw new InputException(
          "--against pytorch needs a Python with torch; "
              + python
              + " cannot import torch (--python names another)");
    }
    return new PyTorch(python, said.substring("torch ".length()));
  }

  /** Starts the script of {@code bench averaging}. */
  BenchmarkRunner start(BenchSettings settings) {
    try {
      Script script = script(SCRIPT, new ObjectMapper().writeValueAsString(settings));
      return new ScriptRunner(new RemoteRunner(python, script.process()), script);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Copies a bundled script to a temporary folder. */
  public Script script(String name, String... arguments) {
    try {
      Path folder = Files.createTempDirectory("centroid-bench");
      Path script = folder.resolve(name);
      try (InputStream resource =
          Objects.requireNonNull(PyTorch.class.getResourceAsStream(name), name)) {
        Files.copy(resource, script, StandardCopyOption.REPLACE_EXISTING);
      }
      List<String> command = new ArrayList<>(List.of(python, script.toString()));
      command.addAll(List.of(arguments));
      ProcessBuilder builder = new ProcessBuilder(command);
      // PyTorch chooses its number of threads itself.
      builder.environment().remove("OMP_NUM_THREADS");
      return new Script(builder, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A script in a temporary folder. Close it after its process has ended, because child processes
   * read it too.
   */
  public record Script(ProcessBuilder process, Path folder) implements AutoCloseable {
    @Override
    public void close() {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.deleteIfExists(file);
        }
        Files.deleteIfExists(folder);
      } catch (IOException e) {
        // The temporary folder stays; it may contain __pycache__.
      }
    }
  }

  private record ScriptRunner(BenchmarkRunner runner, Script script) implements BenchmarkRunner {
    @Override
    public BenchmarkRun run(BenchmarkConfiguration configuration) {
      return runner.run(configuration);
    }

    @Override
    public void close() {
      runner.close();
      script.close();
    }
  }
}
