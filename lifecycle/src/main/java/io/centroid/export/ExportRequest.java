package io.centroid.export;

import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.run.data.DataChoice;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
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
 * @param overrides overrides of the run's {@code leak} and {@code card} keys as {@code key=value}
 * @param encrypted true to encrypt the files with the key of {@code files}; ONNX only
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
    List<String> overrides,
    boolean encrypted) {

  public ExportRequest {
    overrides = List.copyOf(overrides);
  }

  /** An export with the default options: no cache, float32 weights, no overwriting. */
  public static ExportRequest of(
      HadoopFiles files, TrainedModel model, Path out, ExportFormat format) {
    return new Options().of(files, model, out, format);
  }

  public ExportRequest withCache(boolean other) {
    return with(options -> options.cache = other);
  }

  public ExportRequest withWeights(WeightType other) {
    return with(options -> options.weights = other);
  }

  public ExportRequest withOverwrite(boolean other) {
    return with(options -> options.overwrite = other);
  }

  public ExportRequest withShardBytes(OptionalLong other) {
    return with(options -> options.shardBytes = other);
  }

  public ExportRequest withData(DataChoice other) {
    return with(options -> options.data = other);
  }

  public ExportRequest withOverrides(List<String> other) {
    return with(options -> options.overrides = other);
  }

  public ExportRequest withEncrypted(boolean other) {
    return with(options -> options.encrypted = other);
  }

  private ExportRequest with(Consumer<Options> change) {
    Options options = new Options();
    options.cache = cache;
    options.weights = weights;
    options.overwrite = overwrite;
    options.shardBytes = shardBytes;
    options.data = data;
    options.overrides = overrides;
    options.encrypted = encrypted;
    change.accept(options);
    return options.of(files, model, out, format);
  }

  /** What has a default. */
  private static final class Options {
    private boolean cache;
    private WeightType weights = WeightType.FP32;
    private boolean overwrite;
    private OptionalLong shardBytes = OptionalLong.empty();
    private DataChoice data = DataChoice.NONE;
    private List<String> overrides = List.of();
    private boolean encrypted;

    ExportRequest of(HadoopFiles files, TrainedModel model, Path out, ExportFormat format) {
      return new ExportRequest(
          files,
          model,
          out,
          format,
          cache,
          weights,
          overwrite,
          shardBytes,
          data,
          overrides,
          encrypted);
    }
  }
}
