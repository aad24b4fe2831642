package io.centroid.export;

import io.centroid.generate.Generator;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.nn.gpt2.Gpt2Weights;
import io.centroid.nn.kernels.FloatVector;
import java.io.IOException;

/** Creates generators on Centroid's CPU kernels. */
final class CpuGpt2 {
  private CpuGpt2() {}

  static Generator generator(TrainedModel model) throws IOException {
    Gpt2Config config = ((Architecture.Gpt2) model.network().architecture()).config();
    float[] parameters = model.parameters();
    FloatVector vector = FloatVector.allocate(parameters.length);
    vector.load(parameters);
    return new Generator(config, Gpt2Weights.of(config, Gpt2Layout.of(config), vector), null, 1);
  }
}
