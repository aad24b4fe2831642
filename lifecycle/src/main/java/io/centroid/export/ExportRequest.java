package io.centroid.export;

import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;

/**
 * What to export, where to, and how.
 *
 * @param files where {@code out} and the data are
 * @param out the folder to write; it appears whole or not at all
 * @param cache of a language model in ONNX: with inputs and outputs for the keys and values of
 *     earlier tokens
 * @param weights of ONNX
 * @param overwrite whether an export or a model that is there may be replaced
 * @param shardBytes where given, cuts Hugging Face's weights into files of at most so many bytes
 * @param data {@code key=value} configuration of the real examples to compare on, in place of the
 *     training's; empty: the data that the model was trained on, if it can be reached
 * @param threads that ONNX Runtime computes on while it is compared
 */
public record ExportRequest(
    HadoopFiles files,
    TrainedModel model,
    Path out,
    ExportForm form,
    boolean cache,
    WeightType weights,
    boolean overwrite,
    OptionalLong shardBytes,
    List<String> data,
    int threads) {
  public ExportRequest {
    data = List.copyOf(data);
  }

  /** An export with the usual choices: no cache, float32 weights, nothing replaced. */
  public static ExportRequest of(HadoopFiles files, TrainedModel model, Path out, ExportForm form) {
    return new ExportRequest(
        files, model, out, form, false, WeightType.FP32, false, OptionalLong.empty(), List.of(), 1);
  }

  public ExportRequest withCache(boolean other) {
    return new ExportRequest(
        files, model, out, form, other, weights, overwrite, shardBytes, data, threads);
  }

  public ExportRequest withWeights(WeightType other) {
    return new ExportRequest(
        files, model, out, form, cache, other, overwrite, shardBytes, data, threads);
  }

  public ExportRequest withOverwrite(boolean other) {
    return new ExportRequest(
        files, model, out, form, cache, weights, other, shardBytes, data, threads);
  }

  public ExportRequest withShardBytes(OptionalLong other) {
    return new ExportRequest(
        files, model, out, form, cache, weights, overwrite, other, data, threads);
  }

  public ExportRequest withData(List<String> other) {
    return new ExportRequest(
        files, model, out, form, cache, weights, overwrite, shardBytes, other, threads);
  }
}
