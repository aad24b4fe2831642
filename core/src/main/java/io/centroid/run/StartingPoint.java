package io.centroid.run;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.LoadedCheckpoint;
import io.centroid.data.TargetScaling;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.model.Vocabulary;
import io.centroid.nn.Architecture;
import io.centroid.nn.Engines;
import io.centroid.nn.LinearOutput;
import io.centroid.nn.StoredNetwork;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Layout;
import io.centroid.train.EarlyStopping;
import io.centroid.train.ShardedData;
import io.centroid.train.TrainState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The initial state of a run. The training loop takes the state and is then the only owner, so that
 * the initial parameters can be garbage-collected during the run.
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

  /** The state, unless it is taken. */
  TrainState state() {
    return Objects.requireNonNull(state, "taken");
  }

  /** Returns the state and drops the reference to it. */
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

  /** Remarks for the user. */
  List<String> notes() {
    return notes;
  }

  /**
   * Finds the initial state: the newest checkpoint, or else the parameters of the network's file or
   * of the initial model, or random parameters. Restores early stopping.
   *
   * @param data workers, which verify and read their own states
   * @param initFrom location of the initial model; may be empty
   * @throws InputException if the checkpoint or model does not fit the run
   */
  static StartingPoint find(
      CheckpointStore store,
      RunSetup setup,
      ShardedData data,
      String initFrom,
      HadoopFiles files,
      Engines engines)
      throws IOException {
    setup.stopping().restore(EarlyStopping.FRESH);
    CarriedTensors carried = setup.checkpoints().carried();
    record Found(LoadedCheckpoint checkpoint, boolean inTasks) {}
    Optional<Found> newest =
        store.newest(
            stored -> {
              stored.requireTrusted();
              return new Found(carried.load(stored), carried.verifyWorkerStates(stored, data));
            });
    if (newest.isPresent()) {
      return at(newest.get().checkpoint, newest.get().inTasks, setup);
    }
    if (setup.stored().isPresent()) {
      return from(setup.stored().get(), files, setup);
    }
    return initFrom.isEmpty()
        ? initial(setup.initialParameters(), List.of())
        : from(TrainedModel.load(files, initFrom, false, engines), setup);
  }

  /** Starts from a given state. */
  static StartingPoint of(TrainState state) {
    return new StartingPoint(state, false, 0, List.of());
  }

  /**
   * Resumes the run and early stopping from a checkpoint.
   *
   * @throws InputException if the checkpoint has another model, data or configuration
   */
  private static StartingPoint at(LoadedCheckpoint checkpoint, boolean inTasks, RunSetup setup) {
    TrainState state = setup.checkpoints().resume(checkpoint, inTasks);
    setup.checkpoints().stopping(checkpoint).ifPresent(setup.stopping()::restore);
    List<String> notes = new ArrayList<>();
    notes.add(
        String.format(
            Locale.ROOT,
            "resuming from %s: epoch %d, step %,d",
            checkpoint.path(),
            state.epoch() + 1,
            state.steps()));
    Map<String, String> others = setup.checkpoints().otherVersions(checkpoint.manifest());
    if (!others.isEmpty()) {
      notes.add(
          "it was written with other library versions, so the last bits may differ: " + others);
    }
    return new StartingPoint(state, true, RunCheckpoints.localSteps(checkpoint), notes);
  }

  /**
   * Starts from another model's parameters.
   *
   * @throws InputException if the model's layout, tokens or order of classes do not match
   */
  static StartingPoint from(TrainedModel model, RunSetup setup) throws IOException {
    List<String> notes = new ArrayList<>();
    notes.addAll(model.notes());
    requireSameFormula(model, setup.spec().network().architecture());
    float[] parameters = parameters(model, setup, notes);
    requireOrder(model, setup.sources().classNames());
    Vocabulary vocabulary = setup.sources().vocabulary();
    if (vocabulary != null
        && setup.spec().network().architecture() instanceof Architecture.Gpt2 gpt2) {
      vocabulary.requireKnownTo(model.path(), model.tokenizerFiles(), gpt2.config());
    }
    notes.add("starting from the parameters of " + model.path());
    return initial(parameters, notes);
  }

  /**
   * Checks what a GPT-2's parameters do not show.
   *
   * @throws InputException if the run's network computes another function of the same parameters
   */
  private static void requireSameFormula(TrainedModel model, Architecture wanted) {
    if (!(wanted instanceof Architecture.Gpt2 run)
        || !(model.network().architecture() instanceof Architecture.Gpt2 start)) {
      return;
    }
    String expected = formula(start.config());
    if (!formula(run.config()).equals(expected)) {
      throw InputErrors.of(
          "model.gpt2",
          "network",
          expected + " as " + model.path() + " has (model.gpt2.size = init)",
          formula(run.config()));
    }
  }

  private static String formula(Gpt2Config config) {
    return config.heads() + " heads, epsilon " + config.epsilon() + ", " + config.variant();
  }

  /**
   * The model's parameters. If a text classifier starts from a language model, its output layer is
   * initialized randomly.
   *
   * @throws InputException if the model's tensors do not match the run's
   */
  private static float[] parameters(TrainedModel model, RunSetup setup, List<String> notes)
      throws IOException {
    Architecture wanted = setup.spec().network().architecture();
    boolean bringsHead =
        model.layout().stream().anyMatch(tensor -> tensor.name().equals(Gpt2Layout.SCORE));
    if (!(wanted instanceof Architecture.Gpt2 gpt2) || !gpt2.classifies() || bringsHead) {
      model.requireLayout(setup.layout());
      float[] parameters = model.parameters();
      rescale(parameters, model.path(), model.normalization().targets(), setup);
      return parameters;
    }
    model.requireLayout(Gpt2Layout.of(gpt2.config()));
    float[] parameters = setup.initialParameters();
    int taken = Math.toIntExact(Gpt2Layout.transformerParameters(gpt2.config()));
    System.arraycopy(model.parameters(), 0, parameters, 0, taken);
    notes.add(
        Gpt2Layout.SCORE + " is initialized randomly: " + model.path() + " is a language model");
    return parameters;
  }

  /**
   * Converts the output layer of a regression from the scaling of the model's targets to that of
   * the run's, so that it predicts the same numbers. If the output layer is unknown, standardized
   * outputs stay as they are.
   *
   * @throws InputException if it is unknown, and one of the two scalings is none
   */
  private static void rescale(
      float[] parameters, String place, TargetScaling from, RunSetup setup) {
    Optional<LinearOutput> output = LinearOutput.of(setup.spec().network());
    if (output.isPresent()) {
      output.get().rescale(parameters, from, setup.spec().normalization().targets());
    } else if (!from.equals(TargetScaling.NONE)) {
      throw InputErrors.of(
          place,
          "data.target-normalization",
          "none, since the network of this run is not known to end with a linear output layer",
          "standardize");
    }
  }

  /**
   * Starts from the parameters in the network's file.
   *
   * @throws InputException if they do not match the network, or are not finite
   */
  private static StartingPoint from(StoredNetwork stored, HadoopFiles files, RunSetup setup) {
    float[] parameters = stored.parameters(files, setup.layout().parameterCount());
    for (int i = 0; i < parameters.length; i++) {
      if (!Float.isFinite(parameters[i])) {
        throw InputErrors.of(
            stored.place(), "parameter " + i, "a finite number", "" + parameters[i]);
      }
    }
    rescale(parameters, stored.place(), TargetScaling.NONE, setup);
    List<String> notes = new ArrayList<>();
    notes.add("starting from the parameters of " + stored.place());
    stored.remark().ifPresent(notes::add);
    return initial(parameters, notes);
  }

  /** Checks that a classifier has the same order of classes as the data. */
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

  private static StartingPoint initial(float[] parameters, List<String> notes) {
    return new StartingPoint(TrainState.initial(parameters), false, 0, notes);
  }
}
