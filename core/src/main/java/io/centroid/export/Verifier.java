package io.centroid.export;

import io.centroid.InputException;
import io.centroid.StorageFault;
import io.centroid.kernels.FloatVector;
import io.centroid.model.Architecture;
import io.centroid.model.NetworkSpec;
import io.centroid.run.TrainedModel;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/** Reads back what was written, and judges how far it is from the model. */
final class Verifier {
  private final ExportRequest request;
  private final float[] parameters;
  private final ExportListener listener;

  Verifier(ExportRequest request, float[] parameters, ExportListener listener) {
    this.request = request;
    this.parameters = parameters;
    this.listener = listener;
  }

  /**
   * Compares.
   *
   * @throws VerificationException if it cannot be read back, or is too far
   */
  Verification verify(ExportFormat format, Path folder, VerificationData data) throws IOException {
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
    Tolerance tolerance = Tolerance.of(request, found.largest());
    Verification verification =
        new Verification(
            data.source(),
            data.real(),
            data.examples().count(),
            found.values(),
            found.maxDifference(),
            tolerance.difference(),
            found.agreement(),
            found.before(),
            found.after());
    tolerance.require(verification);
    return verification;
  }

  private Outputs ours() {
    TrainedModel model = request.model();
    if (model.network().architecture() instanceof Architecture.Gpt2 gpt2 && !gpt2.classifies()) {
      FloatVector vector = FloatVector.allocate(parameters.length);
      vector.load(parameters);
      return LanguageOutputs.of(gpt2.config(), vector);
    }
    return LearnerOutputs.of(model.network(), model.normalisation(), parameters);
  }

  private Outputs opened(ExportFormat format, Path folder) throws IOException {
    try {
      return format.open(request.files(), folder);
    } catch (InputException e) {
      throw new VerificationException(
          "what was written cannot be read back: " + StorageFault.reason(e), e);
    }
  }

  /**
   * How far an export may be from the model.
   *
   * @param difference of two outputs at most
   * @param lostAccuracy fraction of the examples, or of the tokens, at most
   */
  private record Tolerance(double difference, double lostAccuracy) {

    /**
     * Probabilities have a scale of their own; scores and numbers are as exact as they are large.
     *
     * @param largest output of the model
     */
    static Tolerance of(ExportRequest request, double largest) {
      Task task = ModelExporter.task(request.model().network());
      double scale = task == Task.CLASSIFICATION ? 1 : Math.max(1, largest / 10);
      double exact = task == Task.LANGUAGE ? 1e-4 : 1e-5;
      return switch (request.weights()) {
        case FP32 -> new Tolerance(exact * scale, 0.001);
        case FP16 -> new Tolerance(0.02 * scale, 0.005);
        case INT8 -> new Tolerance((task == Task.CLASSIFICATION ? 0.5 : 1) * scale, 0.02);
      };
    }

    void require(Verification found) {
      if (!(found.maxDifference() <= difference)) {
        throw new VerificationException(
            String.format(
                Locale.ROOT,
                "the exported model differs from the trained one by %.3g on %s, expected at most"
                    + " %.3g; nothing was kept",
                found.maxDifference(),
                found.source(),
                difference));
      }
      double before = accuracy(found.before());
      double after = accuracy(found.after());
      if (before - after > lostAccuracy) {
        throw new VerificationException(
            String.format(
                Locale.ROOT,
                "the exported model's accuracy on %s is %.4f, expected at most %.3f below the"
                    + " trained one's %.4f; nothing was kept",
                found.source(),
                after,
                lostAccuracy,
                before));
      }
    }

    private static double accuracy(Map<String, Double> metrics) {
      return metrics.getOrDefault("accuracy", 0.0);
    }
  }
}
