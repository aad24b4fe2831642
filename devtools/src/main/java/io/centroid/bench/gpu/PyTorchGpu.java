package io.centroid.bench.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.bench.LineProcess;
import io.centroid.bench.PyTorch;
import io.centroid.device.Device;
import io.centroid.error.InputErrors;
import java.util.LinkedHashMap;
import java.util.Map;

/** The same steps in PyTorch, in a process of their own. */
public final class PyTorchGpu implements GpuSystem {
  private final Device device;
  private final boolean compiles;
  private final PyTorch.Script script;
  private final LineProcess process;

  /**
   * Starts the script.
   *
   * @param compiles whether the model is compiled by torch.compile
   */
  public PyTorchGpu(PyTorch pyTorch, Device device, boolean compiles) {
    this.device = device;
    this.compiles = compiles;
    this.script = pyTorch.script("gpt2_pytorch.py");
    this.process = new LineProcess(pyTorch.python(), script.process());
  }

  @Override
  public String name() {
    return compiles ? "pytorch-compiled" : "pytorch";
  }

  @Override
  public double run(GpuCase what) throws NotMeasuredException {
    Map<String, Object> question = new LinkedHashMap<>(what.question());
    question.put("device", device.toString());
    question.put("compile", compiles);
    // A rehearsal computes on one thread, as Centroid's does.
    int cores = Runtime.getRuntime().availableProcessors();
    question.put("threads", device.kind() == Device.Kind.CPU ? 1 : cores);
    JsonNode answer = process.ask(question, JsonNode.class);
    if (answer.has("missing")) {
      throw new NotMeasuredException(InputErrors.oneLine(answer.get("missing").asText()));
    }
    return answer.path("step").asDouble();
  }

  @Override
  public void close() {
    process.close();
    script.close();
  }
}
