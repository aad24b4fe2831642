package io.centroid.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;

/**
 * A Python that has torch.
 *
 * @param python the interpreter
 * @param version torch's
 */
public record PyTorch(String python, String version) {
  private static final String SCRIPT = "averaging_pytorch.py";
  private static final String QUESTION = "import torch; print('torch', torch.__version__)";

  /**
   * Asks an interpreter for torch.
   *
   * @param python a path, or a name to be found on the PATH
   * @throws InputException if there is no such interpreter, or it has no torch
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

  /** Starts our script. */
  TurnRunner start(BenchSettings settings) {
    try {
      Path folder = Files.createTempDirectory("centroid-bench");
      Path script = folder.resolve(SCRIPT);
      try (InputStream resource =
          Objects.requireNonNull(PyTorch.class.getResourceAsStream(SCRIPT), SCRIPT)) {
        Files.copy(resource, script, StandardCopyOption.REPLACE_EXISTING);
      }
      String json = new ObjectMapper().writeValueAsString(settings);
      ProcessBuilder builder = new ProcessBuilder(List.of(python, script.toString(), json));
      // PyTorch chooses its threads itself.
      builder.environment().remove("OMP_NUM_THREADS");
      return new ScriptRunner(new RemoteRunner(python, builder), folder);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes the script when the process has ended: its own processes read it too. */
  private record ScriptRunner(TurnRunner runner, Path folder) implements TurnRunner {
    @Override
    public Turn run(Entrant entrant) {
      return runner.run(entrant);
    }

    @Override
    public void close() {
      runner.close();
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.deleteIfExists(file);
        }
        Files.deleteIfExists(folder);
      } catch (IOException e) {
        // A temporary folder more; __pycache__ may lie in it.
      }
    }
  }
}
