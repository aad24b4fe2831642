package io.centroid.devtools;

import io.centroid.bench.PyTorch;
import picocli.CommandLine.Option;

/** The Python of a comparison with PyTorch. */
final class PythonOption {
  @Option(
      names = "--python",
      paramLabel = "PATH",
      defaultValue = "python3",
      description = "Python interpreter with torch (default: ${DEFAULT-VALUE}).")
  private String python;

  /**
   * Finds torch.
   *
   * @throws io.centroid.error.InputException if the interpreter is not there or has no torch
   */
  PyTorch pyTorch() {
    return PyTorch.find(python);
  }
}
