package io.centroid.bench.gpu;

import io.centroid.data.Batch;
import io.centroid.device.Device;
import io.centroid.nn.NetworkSpec;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.OptimizerSettings;
import io.centroid.optim.UpdateRule;
import java.util.Map;

/** A training step to measure. A further network is a further record. */
public sealed interface GpuCase permits Gpt2Training, MnistTraining {

  /** Name with the precision. */
  String name();

  /** What a step consumes: tokens or examples. */
  String unit();

  /** Number of tokens or examples per step. */
  long unitsPerStep();

  /** Texts or images per step. */
  int batch();

  /** Number of steps per run. */
  int steps();

  /** The network, with the engine torch on a kind of device. */
  NetworkSpec network(Device.Kind kind);

  OptimizerSettings optimizer();

  /** A batch of random data. */
  Batch data();

  /** The case as fields that gpt2_pytorch.py reads. */
  Map<String, Object> question();

  /** Settings with a constant learning rate. */
  static OptimizerSettings settings(UpdateRule rule, double learningRate, double clipNorm) {
    return new OptimizerSettings(
        rule,
        learningRate,
        OptimizerSettings.LearningRateScaling.NONE,
        clipNorm,
        new LearningRateSchedule(0, new LearningRateSchedule.Constant()));
  }
}
