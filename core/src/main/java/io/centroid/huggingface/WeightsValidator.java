package io.centroid.huggingface;

import io.centroid.checkpoint.safetensors.DType;
import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.checkpoint.safetensors.TensorInfo;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.huggingface.StoredWeights.Stored;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.gpt2.Gpt2Layout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Validates the weights of a directory against its {@code config.json}: exactly the tensors of the
 * model, in its shapes.
 */
final class WeightsValidator {
  private static final Set<DType> READ = Set.of(DType.F32, DType.F16, DType.BF16, DType.F64);
  private static final int CHUNK_FLOATS = 1 << 18;

  private final ModelFiles folder;
  private final StoredWeights weights;

  WeightsValidator(ModelFiles folder, StoredWeights weights) {
    this.folder = folder;
    this.weights = weights;
  }

  /** The locations of the layout's tensors in storage order. */
  List<TensorLocation> require(ParameterLayout layout) throws IOException {
    Map<String, Entry> entries = new HashMap<>();
    for (Entry entry : layout.entries()) {
      if (weights.find(entry.name()).isEmpty()) {
        throw InputErrors.of(
            weights.name(), "no tensor named " + InputErrors.quote(entry.name()) + requirement());
      }
      entries.put(entry.name(), entry);
    }
    List<TensorLocation> placed = new ArrayList<>();
    for (Map.Entry<String, Stored> found : weights.tensors().entrySet()) {
      Stored stored = found.getValue();
      Entry entry = entries.get(found.getKey());
      if (entry != null) {
        requireReadable(stored, entry.shape());
        placed.add(new TensorLocation(entry, stored.file(), stored.info()));
      } else if (found.getKey().equals(Gpt2Layout.OUTPUT)) {
        requireTied(stored, weights.find(Gpt2Layout.TOKENS).orElseThrow());
      } else {
        throw error(stored, "", "a tensor of " + config(), "an unknown tensor");
      }
    }
    return List.copyOf(placed);
  }

  private void requireReadable(Stored stored, List<Long> shape) {
    TensorInfo info = stored.info();
    if (!READ.contains(info.dtype())) {
      throw error(stored, " type", "F32, F16, BF16 or F64", info.dtype().name());
    }
    if (!info.shape().equals(shape)) {
      throw error(stored, " shape", shape + " (" + config() + ")", info.shape().toString());
    }
  }

  /** Checks that the output layer is bitwise identical to the token embedding (tied weights). */
  private void requireTied(Stored output, Stored tokens) throws IOException {
    requireReadable(output, tokens.info().shape());
    try (SafetensorsReader left = weights.open(output.file());
        SafetensorsReader right = weights.open(tokens.file())) {
      long elements = tokens.info().elements();
      float[] values = new float[(int) Math.min(CHUNK_FLOATS, elements)];
      float[] others = new float[values.length];
      for (long done = 0; done < elements; done += values.length) {
        int count = (int) Math.min(values.length, elements - done);
        left.readFloats(output.info().name(), done, values, 0, count);
        right.readFloats(tokens.info().name(), done, others, 0, count);
        for (int i = 0; i < count; i++) {
          if (Float.floatToRawIntBits(values[i]) != Float.floatToRawIntBits(others[i])) {
            throw error(
                output,
                "",
                "the values of "
                    + tokens.info().name()
                    + " (or tie_word_embeddings = false in "
                    + Gpt2ConfigJson.FILE
                    + ")",
                "a different value at element " + (done + i));
          }
        }
      }
    }
  }

  private InputException error(Stored stored, String what, String expected, String found) {
    return InputErrors.of(
        folder.name(stored.file()),
        "tensor " + InputErrors.quote(stored.info().name()) + what,
        expected,
        found);
  }

  private String requirement() {
    return ", which " + config() + " requires";
  }

  private String config() {
    return folder.name(Gpt2ConfigJson.FILE);
  }
}
