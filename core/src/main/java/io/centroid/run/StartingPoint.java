package io.centroid.run;

import io.centroid.InputErrors;
import io.centroid.InputException;
import io.centroid.checkpoint.LoadedCheckpoint;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.model.Vocabulary;
import io.centroid.nn.Architecture;
import io.centroid.nn.Engines;
import io.centroid.nn.StoredNetwork;
import io.centroid.run.data.DataSources;
import io.centroid.train.TrainState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where a run begins.
 *
 * @param resumed whether at a checkpoint of its own
 * @param localSteps what the checkpoint's writer took between meetings; 0 if it did not say
 * @param notes on what the run begins with, for its observer
 */
record StartingPoint(FirstState state, boolean resumed, int localSteps, List<String> notes) {

  /**
   * The run goes on from its checkpoint, and early stopping with what it remembered.
   *
   * @throws InputException if the checkpoint is of another model, data or configuration
   */
  static StartingPoint at(LoadedCheckpoint checkpoint, RunSetup setup) {
    TrainState state = setup.checkpoints().resume(checkpoint);
    setup.checkpoints().stopping(checkpoint).ifPresent(setup.stopping()::restore);
    List<String> notes = new ArrayList<>();
    notes.add(
        String.format(
            "resuming from %s: epoch %d, step %,d",
            checkpoint.path(), state.epoch() + 1, state.steps()));
    Map<String, String> others = setup.checkpoints().otherVersions(checkpoint.manifest());
    if (!others.isEmpty()) {
      notes.add("it was written with other libraries, so the last bits may differ: " + others);
    }
    return new StartingPoint(
        new FirstState(state), true, RunCheckpoints.localSteps(checkpoint), notes);
  }

  /** The run starts from random numbers. */
  static StartingPoint fresh(RunSetup setup) {
    return begun(setup.initialParameters(), List.of());
  }

  /**
   * The run starts from another model's parameters.
   *
   * @throws InputException if the model is not the run's, or knows other tokens or another order of
   *     the classes than the data
   */
  static StartingPoint from(
      String place, HadoopFiles files, RunSetup setup, DataSources sources, Engines engines)
      throws IOException {
    TrainedModel model = TrainedModel.load(files, place, false, engines);
    List<String> notes = new ArrayList<>();
    float[] parameters = FirstParameters.of(model, setup, notes::add);
    requireOrder(model, sources.classNames());
    Vocabulary vocabulary = sources.vocabulary();
    if (vocabulary != null
        && setup.spec().network().architecture() instanceof Architecture.Gpt2 gpt2) {
      vocabulary.requireKnownTo(model.path(), model.tokenizerFiles(), gpt2.config());
    }
    notes.add("starting from the parameters of " + model.path());
    return begun(parameters, notes);
  }

  /**
   * The run starts from the parameters of the file that its network is of.
   *
   * @throws InputException if they are not those of the network, or not finite
   */
  static StartingPoint from(StoredNetwork stored, HadoopFiles files, RunSetup setup) {
    float[] parameters = stored.parameters(files, setup.layout().parameterCount());
    for (int i = 0; i < parameters.length; i++) {
      if (!Float.isFinite(parameters[i])) {
        throw InputErrors.of(
            stored.place(), "parameter " + i, "a finite number", "" + parameters[i]);
      }
    }
    List<String> notes = new ArrayList<>();
    notes.add("starting from the parameters of " + stored.place());
    stored.remark().ifPresent(notes::add);
    return begun(parameters, notes);
  }

  /** Refuses a classifier that has a class of the data's under another number. */
  private static void requireOrder(TrainedModel model, List<String> ofData) {
    for (int number = 0; number < ofData.size(); number++) {
      int there = model.classNames().indexOf(ofData.get(number));
      if (there >= 0 && there != number) {
        throw InputErrors.of(
            model.path(),
            "class " + number,
            InputErrors.quote(ofData.get(number))
                + " as in the data (data.texts.labels orders them)",
            InputErrors.quote(model.classNames().get(number)));
      }
    }
  }

  private static StartingPoint begun(float[] parameters, List<String> notes) {
    return new StartingPoint(new FirstState(TrainState.initial(parameters)), false, 0, notes);
  }
}
