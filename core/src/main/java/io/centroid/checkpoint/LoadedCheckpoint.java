package io.centroid.checkpoint;

import io.centroid.InputErrors;
import io.centroid.InputException;
import io.centroid.checkpoint.safetensors.TensorSlice;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * A checkpoint in memory, read once and verified while it was read.
 *
 * @param path its folder
 * @param manifest what it says of itself
 * @param parameters the parameter vector in the layout's order
 * @param state the state tensors by name, in the order of the file; each has a vector of its own
 */
public record LoadedCheckpoint(
    Path path, Manifest manifest, float[] parameters, Map<String, TensorSlice> state) {

  /**
   * The elements of one state tensor.
   *
   * @throws InputException if the checkpoint has none of this name
   */
  public float[] stateVector(String name) {
    TensorSlice tensor = state.get(name);
    if (tensor == null) {
      throw InputErrors.of(
          new Path(path, Manifest.STATE_FILE).toString(),
          "has no tensor named " + InputErrors.quote(name));
    }
    return tensor.values();
  }
}
