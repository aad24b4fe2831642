package io.centroid.run;

import io.centroid.InputException;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.gpt2.Gpt2Layout;
import java.io.IOException;
import java.util.function.Consumer;

/** The parameters of a run that starts from another model's. */
final class FirstParameters {
  private FirstParameters() {}

  /**
   * The model's parameters. A classifier of texts that starts from a language model has those and
   * an output layer of random numbers.
   *
   * @param notes takes what a user should know
   * @throws InputException if the model's tensors are not the run's
   */
  static float[] of(TrainedModel model, RunSetup setup, Consumer<String> notes) throws IOException {
    Architecture wanted = setup.spec().network().architecture();
    boolean bringsHead =
        model.layout().stream().anyMatch(tensor -> tensor.name().equals(Gpt2Layout.SCORE));
    if (!(wanted instanceof Architecture.Gpt2 gpt2) || !gpt2.classifies() || bringsHead) {
      model.requireLayout(setup.layout());
      return model.parameters();
    }
    ParameterLayout body = Gpt2Layout.of(gpt2.config());
    model.requireLayout(body);
    float[] parameters = setup.initialParameters();
    System.arraycopy(model.parameters(), 0, parameters, 0, Math.toIntExact(body.parameterCount()));
    notes.accept(
        Gpt2Layout.SCORE + " starts from random numbers: " + model.path() + " is a language model");
    return parameters;
  }
}
