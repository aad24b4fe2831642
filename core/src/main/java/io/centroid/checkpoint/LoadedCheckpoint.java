package io.centroid.checkpoint;

import io.centroid.checkpoint.safetensors.TensorSlice;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/**
 * A verified checkpoint in memory.
 *
 * @param path folder of the checkpoint
 * @param manifest manifest of the checkpoint
 * @param parameters parameter vector in the layout's order
 * @param state state tensors by name, in file order; each has its own array
 */
public record LoadedCheckpoint(
    Path path, Manifest manifest, float[] parameters, Map<String, TensorSlice> state) {}
