package io.centroid.export;

import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;

/**
 * The options of an export.
 *
 * @param files file systems of {@code out} and of the data
 * @param out folder to write; it is published atomically
 * @param cache for a language model in ONNX, true to add inputs and outputs for the key-value cache
 * @param weights type of the weights in ONNX
 * @param overwrite true to replace an existing export or model
 * @param shardBytes maximum bytes per weight file in Hugging Face's format; empty for a single file
 * @param data {@code key=value} configuration of the examples to verify on; empty for the training
 *     data of the model, if it can be read
 * @param threads number of threads of ONNX Runtime during verification
 */
public record ExportRequest(
    HadoopFiles files,
    TrainedModel model,
    Path out,
    ExportFormat format,
    boolean cache,
    WeightType weights,
    boolean overwrite,
    OptionalLong shardBytes,
    List<String> data,
    int threads) {
  public ExportRequest {
    data = List.copyOf(data);
  }

  /** An export with the default options: no cache, float32 weights, no overwriting. */
  public static ExportRequest of(
      HadoopFiles files, TrainedModel model, Path out, ExportFormat format) {
    return new ExportRequest(
        files,
        model,
        out,
        format,
        false,
        WeightType.FP32,
        false,
        OptionalLong.empty(),
        List.of(),
        1);
  }

  public ExportRequest withCache(boolean other) {
    return new ExportRequest(
        files, model, out, format, other, weights, overwrite, shardBytes, data, threads);
  }

  public ExportRequest withWeights(WeightType other) {
    return new ExportRequest(
        files, model, out, format, cache, other, overwrite, shardBytes, data, threads);
  }

  public ExportRequest withOverwrite(boolean other) {
    return new ExportRequest(
        files, model, out, format, cache, weights, other, shardBytes, data, threads);
  }

  public ExportRequest withShardBytes(OptionalLong other) {
    return new ExportRequest(
        files, model, out, format, cache, weights, overwrite, other, data, threads);
  }

  public ExportRequest withData(List<String> other) {
    return new ExportRequest(
        files, model, out, format, cache, weights, overwrite, shardBytes, other, threads);
  }
}
