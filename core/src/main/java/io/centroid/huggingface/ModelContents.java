package io.centroid.huggingface;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.kernels.FloatVector;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a model's directory is made of.
 *
 * @param config written as {@code config.json}
 * @param classes of a classifier of texts; 0: a language model
 * @param parameters the weights, laid out by {@link Gpt2Layout}; must not change while written
 * @param otherFiles names and contents of files to write beside, such as a tokenizer's and {@code
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
          "the model has " + expected + " parameters, the vector " + parameters.size());
    }
    if (classes > 0 && classes != config.declaredClasses()) {
      throw new IllegalArgumentException(
          Gpt2ConfigJson.FILE + " declares " + config.declaredClasses() + " classes: " + classes);
    }
    for (String name : otherFiles.keySet()) {
      if (OWN.contains(name) || !PLAIN.matcher(name).matches()) {
        throw new IllegalArgumentException("not a file to write beside a model: " + name);
      }
    }
  }

  ParameterLayout layout() {
    return Gpt2Layout.of(config.config(), classes);
  }
}
