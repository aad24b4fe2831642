package io.centroid.cli.options;

import io.centroid.device.Device;
import io.centroid.error.InputException;
import io.centroid.generate.Generator;
import io.centroid.generate.decoder.CpuDecoding;
import io.centroid.generate.decoder.Decoding;
import io.centroid.nn.matrix.WeightFormat;
import io.centroid.torch.TorchDecoding;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of how tokens are computed. */
public final class DecodingOptions {
  /** Engines that decode. */
  enum Engine {
    CPU,
    TORCH
  }

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description = "Engine that computes the tokens, cpu or torch (default: ${DEFAULT-VALUE}).")
  private Engine engine;

  @Option(
      names = "--device",
      paramLabel = "cuda|cpu",
      defaultValue = "cpu",
      description =
          "Device of --prompt, cpu or cuda (default: ${DEFAULT-VALUE}). cuda is the first GPU that"
              + " can be used, with --engine torch.")
  private Device.Kind device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Number of threads for --prompt (default: number of CPU cores).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--weights",
      paramLabel = "FORMAT",
      defaultValue = "float32",
      converter = FormatConverter.class,
      description =
          "Format of the weights, float32, bfloat16 or int8 (default: ${DEFAULT-VALUE}). bfloat16"
              + " halves and int8 quarters what each token reads, where the processor has"
              + " instructions for it.")
  private WeightFormat weights;

  @Option(
      names = "--prompt-lookup",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Maximum number of draft tokens of prompt-lookup (speculative) decoding; 0 disables it"
              + " (default: ${DEFAULT-VALUE}).")
  private int draftTokens;

  /** Parses the spelling of configurations. */
  static final class FormatConverter implements ITypeConverter<WeightFormat> {
    @Override
    public WeightFormat convert(String text) {
      for (WeightFormat format : WeightFormat.values()) {
        if (format.spelling().equals(text.toLowerCase(Locale.ROOT))) {
          return format;
        }
      }
      throw new TypeConversionException("expected float32, bfloat16 or int8, found " + text);
    }
  }

  /**
   * How this JVM decodes.
   *
   * @throws InputException if the device cannot be used
   */
  public Decoding here() {
    return device == Device.Kind.CUDA ? TorchDecoding.onGpu(weights) : decoding(threads);
  }

  /** How the tasks of a job decode. */
  public Decoding onExecutors() {
    return decoding(1);
  }

  private Decoding decoding(int threadsPerDecoder) {
    return engine == Engine.CPU
        ? new CpuDecoding(weights, threadsPerDecoder)
        : new TorchDecoding(Device.CPU, weights, threadsPerDecoder);
  }

  public int draftTokens() {
    return draftTokens;
  }

  /**
   * Checks the options before a model is opened.
   *
   * @param here whether this JVM computes the tokens
   * @throws InputException if a value is not possible
   */
  public void check(boolean here) {
    Generator.requireDraftTokens(draftTokens);
    if (device == Device.Kind.CUDA && (engine != Engine.TORCH || !here)) {
      throw new InputException("--device cuda needs --engine torch and --prompt");
    }
    if (here) {
      here().require();
    }
  }
}
