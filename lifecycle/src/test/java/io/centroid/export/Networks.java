package io.centroid.export;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.centroid.checkpoint.LayoutTensor;
import io.centroid.data.Batch;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.data.idx.IdxSource;
import io.centroid.data.idx.MnistFiles;
import io.centroid.dl4j.Dl4jEngine;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.nn.Learner;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Networks for export tests: untrained, or briefly trained on MNIST. */
final class Networks {
  static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  static final Path SHARED = Path.of(System.getProperty("centroid.shared", "../../shared"));
  static final Path MNIST = SHARED.resolve("data").resolve("mnist");
  static final InputShape DIGITS = new InputShape(1, 28, 28);

  private static final Normalization UNIT =
      new Normalization(new float[] {0}, new float[] {1 / 255f});
  private static final int BATCH = 64;

  private Networks() {}

  /** A network trained on 6,000 MNIST digits; skips the test if MNIST is missing. */
  static TrainedModel onDigits(Architecture architecture, int steps, float learningRate) {
    assumeTrue(Files.exists(MNIST), MNIST + " is not there");
    NetworkSpec spec =
        new NetworkSpec(
            architecture,
            DIGITS,
            10,
            Loss.CROSS_ENTROPY,
            7,
            Engines.of(new CpuEngine(), new Dl4jEngine()).engine(architecture));
    Learner learner = spec.newLearner();
    MnistFiles found = MnistFiles.in(FILES, MNIST.toString());
    Examples examples =
        Shard.read(
                new IdxSource(FILES, found.train(), found.test(), 0, 1L << 40),
                Split.TRAIN,
                7,
                0,
                0,
                10)
            .train();
    Batch batch = new Batch(DIGITS, BATCH);
    float[] gradient = new float[Math.toIntExact(learner.layout().parameterCount())];
    float[] parameters = new float[gradient.length];
    for (int step = 0; step < steps; step++) {
      int from = step * BATCH % (examples.count() - BATCH);
      batch.fill(examples, UNIT, from, from + BATCH);
      learner.gradient(batch, step);
      learner.gradient().store(gradient);
      learner.parameters().store(parameters);
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] -= learningRate * gradient[i];
      }
      learner.parameters().load(parameters);
    }
    learner.parameters().store(parameters);
    return model(
        spec,
        UNIT,
        learner,
        parameters,
        Map.of("data.format", "idx", "data.path", MNIST.toString()));
  }

  /** A network with its initial parameters. */
  static TrainedModel untrained(NetworkSpec spec, Normalization normalization) {
    Learner learner = spec.newLearner();
    float[] parameters = new float[Math.toIntExact(learner.layout().parameterCount())];
    learner.parameters().store(parameters);
    return model(spec, normalization, learner, parameters, Map.of());
  }

  static TrainedModel model(
      NetworkSpec spec,
      Normalization normalization,
      Learner learner,
      float[] parameters,
      Map<String, String> dataKeys) {
    return new TrainedModel(
        "/runs/test/checkpoints/step-00000100",
        spec,
        normalization,
        learner.layout().entries().stream()
            .map(
                entry ->
                    new LayoutTensor(
                        entry.name(), entry.shape(), entry.role().name().toLowerCase(Locale.ROOT)))
            .toList(),
        7,
        2,
        dataKeys,
        List.of(),
        null,
        Map.of(),
        Optional.empty(),
        () -> parameters);
  }

  static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }
}
