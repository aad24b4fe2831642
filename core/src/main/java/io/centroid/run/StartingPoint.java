package io.centroid.run;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.LoadedCheckpoint;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.model.Vocabulary;
import io.centroid.nn.Architecture;
import io.centroid.nn.Engines;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.StoredNetwork;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.train.EarlyStopping;
import io.centroid.train.TrainState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a run begins. Its state is taken once, by the training loop: from then on the loop alone
 * refers to it, so that the first parameters do not stay in memory as long as the run lasts.
 */
final class StartingPoint {
  private @Nullable TrainState state;
  private final boolean resumed;
  private final int localSteps;
  private final List<String> notes;

  private StartingPoint(TrainState state, boolean resumed, int localSteps, List<String> notes) {
    this.state = state;
    this.resumed = resumed;
    this.localSteps = localSteps;
    this.notes = List.copyOf(notes);
  }

  /** The state, until it is taken. */
  TrainState state() {
    return Objects.requireNonNull(state, "taken");
  }

  /** Hands the state over and forgets it. */
  TrainState take() {
    TrainState taken = state();
    state = null;
    return taken;
  }

  /** Whether this is a checkpoint of the run itself. */
  boolean resumed() {
    return resumed;
  }

  /** Local steps per round of the checkpoint's writer; 0 if it did not record them. */
  int localSteps() {
    return localSteps;
  }

  /** What a user should know of it. */
  List<String> notes() {
    return notes;
  }

  /**
   * The newest checkpoint; without one the file that the network is of, the model to start from, or
   * random numbers. Early stopping is reset to what it remembered there.
   *
   * @param initFrom the model to start from; empty if there is none
   * @throws InputException if what is there does not fit the run
   */
  static StartingPoint find(
      CheckpointStore store, RunSetup setup, String initFrom, HadoopFiles files, Engines engines)
      throws IOException {
    setup.stopping().restore(EarlyStopping.FRESH);
    Optional<LoadedCheckpoint> newest = store.loadNewest();
    if (newest.isPresent()) {
      return at(newest.get(), setup);
    }
    if (setup.stored().isPresent()) {
      return from(setup.stored().get(), files, setup);
    }
    return initFrom.isEmpty()
        ? begun(setup.initialParameters(), List.of())
        : from(TrainedModel.load(files, initFrom, false, engines), setup);
  }

  /** A state as it is. */
  static StartingPoint of(TrainState state) {
    return new StartingPoint(state, false, 0, List.of());
  }

  /**
   * The run goes on from its checkpoint, and early stopping with what it remembered.
   *
   * @throws InputException if the checkpoint is of another model, data or configuration
   */
  private static StartingPoint at(LoadedCheckpoint checkpoint, RunSetup setup) {
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
    return new StartingPoint(state, true, RunCheckpoints.localSteps(checkpoint), notes);
  }

  /**
   * The run starts from another model's parameters.
   *
   * @throws InputException if the model is not the run's, or knows other tokens or another order of
   *     the classes than the data
   */
  static StartingPoint from(TrainedModel model, RunSetup setup) throws IOException {
    List<String> notes = new ArrayList<>();
    float[] parameters = parameters(model, setup, notes);
    requireOrder(model, setup.sources().classNames());
    Vocabulary vocabulary = setup.sources().vocabulary();
    if (vocabulary != null
        && setup.spec().network().architecture() instanceof Architecture.Gpt2 gpt2) {
      vocabulary.requireKnownTo(model.path(), model.tokenizerFiles(), gpt2.config());
    }
    notes.add("starting from the parameters of " + model.path());
    return begun(parameters, notes);
  }

  /**
   * The model's parameters. A text classifier that starts from a language model has those and an
   * output layer of random numbers.
   *
   * @throws InputException if the model's tensors are not the run's
   */
  private static float[] parameters(TrainedModel model, RunSetup setup, List<String> notes)
      throws IOException {
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
    notes.add(
        Gpt2Layout.SCORE + " starts from random numbers: " + model.path() + " is a language model");
    return parameters;
  }

  /**
   * The run starts from the parameters of the file that its network is of.
   *
   * @throws InputException if they are not those of the network, or not finite
   */
  private static StartingPoint from(StoredNetwork stored, HadoopFiles files, RunSetup setup) {
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
    return new StartingPoint(TrainState.initial(parameters), false, 0, notes);
  }
}
