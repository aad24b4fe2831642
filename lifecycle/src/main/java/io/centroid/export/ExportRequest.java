package io.centroid.export;

import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.run.data.DataChoice;
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
 * @param data the examples to verify on; if the model's data needs a location and none is named,
 *     random inputs
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
    DataChoice data,
    int threads) {

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
        DataChoice.NONE,
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

  public ExportRequest withData(DataChoice other) {
    return new ExportRequest(
        files, model, out, format, cache, weights, overwrite, shardBytes, other, threads);
  }
}
