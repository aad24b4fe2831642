package io.centroid.bench.train;

import io.centroid.bench.PyTorch;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code train_mnist.py}, an ordinary PyTorch script for MNIST. */
public final class PyTorchTrain implements TrainSystem {
  private static final String SCRIPT = "train_mnist.py";
  private static final Pattern ACCURACY = Pattern.compile("test accuracy ([0-9.]+)");

  private final PyTorch pyTorch;
  private final Path data;

  /**
   * @param data folder with MNIST's files
   */
  public PyTorchTrain(PyTorch pyTorch, Path data) {
    this.pyTorch = pyTorch;
    this.data = data;
  }

  @Override
  public String label() {
    return "pytorch";
  }

  @Override
  public TrainRun run(Path folder) {
    try (PyTorch.Script script = pyTorch.script(SCRIPT, data.toString())) {
      WholeProcess process =
          new WholeProcess(
              SCRIPT, TrainSystem.withoutChoices(script.process()), folder.resolve("output"), null);
      WholeProcess.Use use = process.run();
      Matcher accuracy = ACCURACY.matcher(process.text());
      if (!accuracy.find()) {
        throw new IllegalStateException(SCRIPT + " printed no test accuracy: " + process.text());
      }
      return TrainRun.of(use).with(Figure.ACCURACY, Double.parseDouble(accuracy.group(1)));
    }
  }
}
