package io.centroid.huggingface;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.kernels.FloatVector;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The contents of a model directory.
 *
 * @param config content of {@code config.json}
 * @param classes number of classes of a text classifier; 0 for a language model
 * @param parameters parameter vector in the order of {@link Gpt2Layout}; must not change during the
 *     write
 * @param otherFiles contents of other files by name, such as the tokenizer's and {@code
 *     generation_config.json}
 */
public record ModelContents(
    Gpt2ConfigJson config, int classes, FloatVector parameters, Map<String, byte[]> otherFiles) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
  private static final Set<String> OWN =
      Set.of(Gpt2ConfigJson.FILE, StoredWeights.FILE, ShardIndex.FILE);

  public ModelContents {
    otherFiles = Map.copyOf(otherFiles);
    long expected = Gpt2Layout.of(config.config(), classes).parameterCount();
    if (parameters.size() != expected) {
      throw new IllegalArgumentException(
          "parameters: expected " + expected + " elements, found " + parameters.size());
    }
    if (classes > 0 && classes != config.declaredClasses()) {
      throw new IllegalArgumentException(
          Gpt2ConfigJson.FILE + " declares " + config.declaredClasses() + " classes: " + classes);
    }
    for (String name : otherFiles.keySet()) {
      if (OWN.contains(name) || !PLAIN.matcher(name).matches()) {
        throw new IllegalArgumentException("not a valid name for a file next to a model: " + name);
      }
    }
  }

  ParameterLayout layout() {
    return Gpt2Layout.of(config.config(), classes);
  }
}
