package io.centroid.torch;

import io.centroid.generate.decoder.Decoders;
import io.centroid.generate.decoder.TokenDecoder;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.ParameterLayout.Role;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.matrix.WeightFormat;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A model's weights as tensors. Float weights on the CPU are used in place. */
final class TorchDecoders implements Decoders {
  private final Gpt2Config config;
  private final Device device;
  private final WeightFormat format;
  private final int threads;
  private final Map<String, Tensor> weights = new HashMap<>();
  // Kept reachable: their memory is that of float tensors on the CPU.
  private final Map<String, FloatVector> vectors;

  TorchDecoders(
      Gpt2Config config,
      Map<String, FloatVector> vectors,
      Device device,
      WeightFormat format,
      int threads) {
    this.config = config;
    this.vectors = vectors;
    this.device = device;
    this.format = format;
    this.threads = threads;
    for (Entry entry : Gpt2Layout.of(config).entries()) {
      weights.put(entry.name(), Tensors.owned(() -> tensor(entry)));
    }
  }

  private Tensor tensor(Entry entry) {
    FloatVector vector = Objects.requireNonNull(vectors.get(entry.name()), entry.name());
    long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
    Tensor host =
        torch.from_blob(
            vector.constant(),
            shape,
            Tensors.options(ScalarType.Float, new Device(DeviceType.CPU)));
    boolean halved =
        format == WeightFormat.BFLOAT16
            && entry.role() == Role.WEIGHT
            && !entry.name().equals(Gpt2Layout.POSITIONS);
    if (!halved && !device.is_cuda()) {
      return host;
    }
    Tensor copied = host.to(device, halved ? ScalarType.BFloat16 : ScalarType.Float);
    vector.close();
    return copied;
  }

  @Override
  public TokenDecoder decoder() {
    return LibTorch.call(
        () ->
            new TorchDecoder(
                config,
                new Gpt2Forward(config, device, format == WeightFormat.BFLOAT16, weights::get),
                device,
                threads));
  }

  @Override
  public void close() {
    weights.values().forEach(Tensor::close);
    weights.clear();
  }
}
