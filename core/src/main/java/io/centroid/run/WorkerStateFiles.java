package io.centroid.run;

import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.TensorFolder;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.io.storage.StoredFile;
import io.centroid.optim.InnerState;
import io.centroid.train.CarriedState;
import io.centroid.train.DivergenceCheck;
import io.centroid.train.worker.WorkerExecution;
import io.centroid.train.worker.WorkerState;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The states of the workers in the folder of a checkpoint, one file of each: {@code inner.W.MOMENT}
 * of a kept optimizer state and {@code residual.W}. Each worker's task writes and reads its own on
 * the machine where it runs, and all tasks and threads write identical files.
 *
 * @param moments names of the optimizer's state vectors
 * @param parameterCount length of every tensor
 */
record WorkerStateFiles(TensorFolder folder, List<String> moments, long parameterCount)
    implements Serializable {

  /**
   * What a task tells of the file that it wrote.
   *
   * @param file length and hash; null if the task cannot write to the folder, but perhaps the
   *     driver can
   * @param innerSteps number of steps of the optimizer's state; null if the worker keeps none
   * @param notFinite first tensor with a value that is not finite; null if there is none
   */
  record Written(@Nullable StoredFile file, @Nullable Long innerSteps, @Nullable String notFinite)
      implements Serializable {}

  /** Writes a worker's file if this machine sees the folder and may write there. */
  Written writeInTask(int worker, WorkerState state) {
    return inTask(
        worker,
        "writing its state",
        () -> {
          InnerState inner = state.inner();
          return new Written(
              writeIfPossible(worker, state),
              inner == null ? null : inner.steps(),
              firstNotFinite(tensors(moments, worker, state)));
        });
  }

  private @Nullable StoredFile writeIfPossible(int worker, WorkerState state) throws IOException {
    try {
      return folder.isVisible() ? write(worker, state) : null;
    } catch (IOException e) {
      if (isOfThisMachine(e)) {
        return null;
      }
      throw e;
    }
  }

  /** Whether a failure may have its cause in the user or the mounts of this machine. */
  private static boolean isOfThisMachine(IOException e) {
    return StorageFailure.of(e)
        .filter(
            failure -> failure == StorageFailure.PERMISSION || failure == StorageFailure.READ_ONLY)
        .isPresent();
  }

  /** Writes a worker's file. */
  StoredFile write(int worker, WorkerState state) throws IOException {
    return folder.write(Manifest.workerStateFile(worker), tensors(moments, worker, state));
  }

  /** Number of steps of each optimizer state; empty if the workers keep none. */
  static List<Long> innerSteps(List<Written> written) {
    return written.stream().map(Written::innerSteps).filter(Objects::nonNull).toList();
  }

  /** Name of the first tensor with a value that is not finite; null if there is none. */
  static @Nullable String firstNotFinite(List<TensorSlice> tensors) {
    for (TensorSlice tensor : tensors) {
      if (!DivergenceCheck.allFinite(tensor.values(), 0, tensor.values().length)) {
        return tensor.name();
      }
    }
    return null;
  }

  /** The tensors of a worker's state. */
  static List<TensorSlice> tensors(List<String> moments, int worker, WorkerState state) {
    List<TensorSlice> tensors = new ArrayList<>();
    InnerState inner = state.inner();
    for (int i = 0; inner != null && i < moments.size(); i++) {
      tensors.add(TensorSlice.whole(innerName(worker, moments.get(i)), inner.moments().get(i)));
    }
    float[] residual = state.residual();
    if (residual != null) {
      tensors.add(TensorSlice.whole(residualName(worker), residual));
    }
    return tensors;
  }

  /**
   * Result of the verification of a worker's file.
   *
   * @param isReadable false if this machine does not see the folder or may not read it
   * @param failure failure of the file system; null if there is none
   */
  record Verified(boolean isReadable, @Nullable IOException failure) implements Serializable {}

  /**
   * Verifies a worker's file on this machine. In a checkpoint of an earlier release, which has all
   * states in one file, it has none.
   *
   * @param files lengths and hashes by name
   * @throws InputException if the file is missing or damaged
   */
  Verified verify(int worker, Map<String, StoredFile> files) {
    try {
      boolean visible = folder.isVisible();
      String name = Manifest.workerStateFile(worker);
      StoredFile file = files.get(name);
      if (visible && file != null) {
        folder.verify(name, file);
      }
      return new Verified(visible, null);
    } catch (IOException e) {
      return isOfThisMachine(e) ? new Verified(false, null) : new Verified(true, e);
    }
  }

  /**
   * Reads the states from the workers' files, or from one file if none are given.
   *
   * @param files lengths and hashes by name
   * @param innerSteps number of steps of each optimizer state; empty if the workers keep none
   */
  CarriedState.Reader reader(Map<String, StoredFile> files, List<Long> innerSteps) {
    Map<String, StoredFile> known = Map.copyOf(files);
    List<Long> steps = List.copyOf(innerSteps);
    return worker ->
        inTask(
            worker,
            "reading its state",
            () -> {
              String name = Manifest.workerStateFile(worker);
              StoredFile own = known.get(name);
              return own == null
                  ? state(
                      Manifest.STATE_FILE,
                      worker,
                      steps,
                      folder.read(Manifest.STATE_FILE, tensor -> isOf(worker, tensor)))
                  : state(name, worker, steps, folder.read(name, own));
            });
  }

  private WorkerState state(
      String file, int worker, List<Long> innerSteps, Map<String, TensorSlice> tensors) {
    InnerState inner = null;
    if (!moments.isEmpty()
        && innerSteps.size() <= worker
        && tensors.containsKey(innerName(worker, moments.get(0)))) {
      throw new InputException(
          Manifest.FILE
              + ": expected the optimizer's steps of worker "
              + worker
              + ", whose state is in "
              + file
              + ", found those of "
              + innerSteps.size()
              + " workers");
    }
    if (!innerSteps.isEmpty()) {
      List<float[]> vectors = new ArrayList<>();
      for (String moment : moments) {
        vectors.add(vector(file, innerName(worker, moment), tensors));
      }
      inner = new InnerState(innerSteps.get(worker), vectors);
    }
    String residual = residualName(worker);
    return new WorkerState(
        inner, tensors.containsKey(residual) ? vector(file, residual, tensors) : null);
  }

  private float[] vector(String file, String name, Map<String, TensorSlice> tensors) {
    return vector(folder.places().get(0) + "/" + file, name, tensors, parameterCount);
  }

  /**
   * A tensor of a file.
   *
   * @throws InputException if it is missing or has another length
   */
  static float[] vector(
      String file, String name, Map<String, TensorSlice> tensors, long parameterCount) {
    TensorSlice tensor = tensors.get(name);
    if (tensor == null || tensor.values().length != parameterCount) {
      throw new InputException(
          file
              + ": expected tensor "
              + name
              + " of "
              + parameterCount
              + " values, found "
              + (tensor == null ? "none" : tensor.values().length));
    }
    return tensor.values();
  }

  /** Whether a tensor is part of the state of a worker. */
  private static boolean isOf(int worker, String tensor) {
    return tensor.startsWith("inner." + worker + ".") || tensor.equals(residualName(worker));
  }

  static String innerName(int owner, String moment) {
    return "inner." + owner + "." + moment;
  }

  private static String residualName(int worker) {
    return "residual." + worker;
  }

  private interface Access<T> {
    T apply() throws IOException;
  }

  private static <T> T inTask(int worker, String what, Access<T> access) {
    return WorkerExecution.wrapFailures(
        worker,
        what,
        () -> {
          try {
            return access.apply();
          } catch (IOException e) {
            throw new UncheckedIOException(StorageFailure.reason(e), e);
          }
        });
  }
}
