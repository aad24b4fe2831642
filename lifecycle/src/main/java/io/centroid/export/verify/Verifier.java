package io.centroid.export.verify;

import io.centroid.InputException;
import io.centroid.StorageFailure;
import io.centroid.export.ExportFormat;
import io.centroid.export.ExportListener;
import io.centroid.export.ExportRequest;
import io.centroid.export.ModelExporter;
import io.centroid.export.Task;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.NetworkSpec;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/** Reads back what was written, and judges how far it is from the model. */
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
   * Compares.
   *
   * @throws VerificationException if it cannot be read back, or is too far
   */
  public Verification verify(ExportFormat format, Path folder, VerificationData data)
      throws IOException {
    listener.onNote("comparing on " + data.source());
    Comparison.Found found;
    try (Outputs ours = ours();
        Outputs theirs = opened(format, folder)) {
      NetworkSpec network = request.model().network();
      found =
          new Comparison(
                  ours,
                  theirs,
                  network.loss(),
                  network.classes(),
                  ModelExporter.task(network) == Task.LANGUAGE)
              .of(data.examples(), done -> listener.onCompared(done, data.examples().count()));
    }
    Tolerance tolerance =
        Tolerance.of(
            ModelExporter.task(request.model().network()), request.weights(), found.largest());
    Verification verification =
        new Verification(
            data.source(),
            data.real(),
            data.examples().count(),
            found.values(),
            found.maxDifference(),
            tolerance.difference(),
            Double.isNaN(found.agreement()) ? null : Double.valueOf(found.agreement()),
            // What follows drawn inputs is nothing to predict.
            data.real() ? found.before() : Map.of(),
            data.real() ? found.after() : Map.of());
    tolerance.require(verification);
    return verification;
  }

  private Outputs ours() {
    TrainedModel model = request.model();
    if (model.network().architecture() instanceof Architecture.Gpt2 gpt2 && !gpt2.classifies()) {
      return LanguageOutputs.of(gpt2.config(), parameters);
    }
    return LearnerOutputs.of(model.network(), model.normalization(), parameters);
  }

  private Outputs opened(ExportFormat format, Path folder) throws IOException {
    try {
      return format.open(request.files(), folder);
    } catch (InputException e) {
      throw new VerificationException(
          "what was written cannot be read back: " + StorageFailure.reason(e), e);
    }
  }
}
