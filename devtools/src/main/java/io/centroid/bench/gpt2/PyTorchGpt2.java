package io.centroid.bench.gpt2;

import com.fasterxml.jackson.databind.JsonNode;
import io.centroid.bench.LineProcess;
import io.centroid.bench.PyTorch;
import java.util.LinkedHashMap;
import java.util.Map;

/** The same GPT-2 in PyTorch, in a separate process. */
public final class PyTorchGpt2 implements Gpt2System {
  private final PyTorch.Script script;
  private final LineProcess process;

  /** Starts the script. */
  public PyTorchGpt2(PyTorch pyTorch) {
    this.script = pyTorch.script("gpt2_pytorch.py");
    this.process = new LineProcess(pyTorch.python(), script.process());
  }

  @Override
  public Map<String, Double> run(Gpt2Case what) {
    Map<String, Double> millis = new LinkedHashMap<>();
    JsonNode answer = process.ask(what, JsonNode.class);
    answer.properties().forEach(part -> millis.put(part.getKey(), part.getValue().asDouble()));
    return millis;
  }

  @Override
  public void close() {
    process.close();
    script.close();
  }
}
