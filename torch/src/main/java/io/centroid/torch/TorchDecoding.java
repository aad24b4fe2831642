package io.centroid.torch;

import io.centroid.device.Device;
import io.centroid.error.InputException;
import io.centroid.generate.decoder.Decoders;
import io.centroid.generate.decoder.Decoding;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.matrix.WeightFormat;
import java.util.Map;

/**
 * Decoding by the engine torch.
 *
 * @param device where it computes
 * @param format format of the weights of layers and of the output: float32 or bfloat16
 * @param threads number of threads of LibTorch on the CPU
 */
public record TorchDecoding(Device device, WeightFormat format, int threads) implements Decoding {

  /**
   * Decoding on the first usable GPU that this process sees.
   *
   * @throws InputException if there is none, or LibTorch's build on the class path is for CPUs
   */
  public static TorchDecoding onGpu(WeightFormat format) {
    return new TorchDecoding(TorchEngine.firstGpu("--device cuda"), format, 1);
  }

  @Override
  public void require() {
    if (format == WeightFormat.INT8) {
      throw new InputException("--weights int8: the engine torch has float32 and bfloat16");
    }
    TorchDevices.require(device);
  }

  @Override
  public Decoders decoders(Gpt2Config config, Map<String, FloatVector> tensors) {
    require();
    return LibTorch.call(
        () -> new TorchDecoders(config, tensors, TorchDevices.of(device), format, threads));
  }
}
