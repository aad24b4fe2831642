package io.centroid.export;

import io.centroid.data.TargetScaling;
import io.centroid.dl4j.Dl4jEngine;
import io.centroid.dl4j.Dl4jJson;
import io.centroid.dl4j.zip.Dl4jZip;
import io.centroid.dl4j.zip.Dl4jZipWriter;
import io.centroid.error.InputException;
import io.centroid.export.verify.LearnerOutputs;
import io.centroid.export.verify.Outputs;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.NetworkSpec;
import java.io.IOException;
import org.apache.hadoop.fs.Path;

/** {@code model.zip} as DL4J's ModelSerializer reads it, read back by Centroid's reader. */
final class Dl4jFormat implements FormatWriter {
  static final String FILE = "model.zip";

  private final TrainedModel model;
  private final float[] parameters;
  private final String configuration;

  /**
   * Creates a writer.
   *
   * @param parameters parameters of a network that predicts in the unit of its targets
   */
  Dl4jFormat(TrainedModel model, float[] parameters) {
    this.model = model;
    this.parameters = parameters;
    this.configuration = configuration(model.path(), model.network());
  }

  private static String configuration(String place, NetworkSpec network) {
    Architecture architecture = network.architecture();
    if (architecture instanceof Architecture.Mlp mlp) {
      return Dl4jJson.of(network, mlp);
    }
    if (architecture instanceof Architecture.Cnn cnn) {
      return Dl4jJson.of(network, cnn);
    }
    if (architecture instanceof Architecture.Dl4j dl4j) {
      return dl4j.json();
    }
    throw new InputException(place + " is a GPT-2; DL4J has no layers for it");
  }

  @Override
  public void write(AtomicDirectory.Draft target) throws IOException {
    target.write(FILE, stream -> Dl4jZipWriter.write(stream, configuration, parameters));
  }

  @Override
  public Outputs open(HadoopFiles files, Path folder) {
    Dl4jZip zip = Dl4jZip.read(files, new Path(folder, FILE).toString());
    NetworkSpec network = model.network();
    NetworkSpec read =
        new NetworkSpec(
            zip.architecture(),
            network.input(),
            network.outputs(),
            network.loss(),
            network.seed(),
            new Dl4jEngine());
    return LearnerOutputs.of(
        read,
        model.normalization().withTargets(TargetScaling.NONE),
        zip.parameters(files, parameters.length));
  }
}
