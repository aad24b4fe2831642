package io.centroid.export.verify;

import io.centroid.data.TargetScaling;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.export.ExportListener;
import io.centroid.export.ExportRequest;
import io.centroid.export.FormatWriter;
import io.centroid.export.ModelExporter;
import io.centroid.export.Task;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.NetworkSpec;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/** Reads an export back and compares its outputs with the model's. */
public final class Verifier {
  private final ExportRequest request;
  private final float[] parameters;
  private final ExportListener listener;

  public Verifier(ExportRequest request, float[] parameters, ExportListener listener) {
    this.request = request;
    this.parameters = parameters;
    this.listener = listener;
  }

  /**
   * Compares an export with the model.
   *
   * @throws VerificationException if the export cannot be read back or exceeds the tolerance
   */
  public Verification verify(FormatWriter writer, Path folder, VerificationData data)
      throws IOException {
    if (data.real()) { // Else a note says why not.
      listener.onNote("comparing on " + data.source());
    }
    Comparison.Found found;
    TargetScaling targets = request.model().normalization().targets();
    try (Outputs reference = reference();
        Outputs exported = open(writer, folder)) {
      NetworkSpec network = request.model().network();
      found =
          new Comparison(
                  reference,
                  exported,
                  network.loss(),
                  network.classes(),
                  targets,
                  ModelExporter.task(network) == Task.LANGUAGE)
              .of(data.examples(), done -> listener.onCompared(done, data.examples().count()));
    }
    Tolerance tolerance =
        Tolerance.of(
                ModelExporter.task(request.model().network()), request.weights(), found.largest())
            .scaled(targets, found.largest());
    Verification verification =
        new Verification(
            data.source(),
            data.real(),
            data.examples().count(),
            found.values(),
            found.maxDifference(),
            tolerance.difference(),
            Double.isNaN(found.agreement()) ? null : Double.valueOf(found.agreement()),
            // Random inputs have no targets.
            data.real() ? found.before() : Map.of(),
            data.real() ? found.after() : Map.of());
    tolerance.require(verification);
    return verification;
  }

  private Outputs reference() {
    TrainedModel model = request.model();
    if (model.network().architecture() instanceof Architecture.Gpt2 gpt2 && !gpt2.classifies()) {
      return LanguageOutputs.of(gpt2.config(), parameters);
    }
    return LearnerOutputs.of(model.network(), model.normalization(), parameters);
  }

  private Outputs open(FormatWriter writer, Path folder) throws IOException {
    try {
      return writer.open(request.files(), folder);
    } catch (InputException e) {
      throw new VerificationException(
          "the export cannot be read back: " + StorageFailure.reason(e), e);
    }
  }
}
