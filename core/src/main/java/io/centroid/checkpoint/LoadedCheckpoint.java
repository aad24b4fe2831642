package io.centroid.checkpoint;

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
    Path path, Manifest manifest, float[] parameters, Map<String, TensorSlice> state) {}
