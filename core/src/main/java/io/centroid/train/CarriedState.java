package io.centroid.train;

import io.centroid.optim.InnerState;
import io.centroid.train.worker.WorkerState;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * State carried from round to round in addition to the parameters. The worker states and the outer
 * optimizer's state may be stored on the workers; reading them may fetch them.
 */
public interface CarriedState {

  /** Optimizer state that all workers start from; null if they start fresh or keep their own. */
  @Nullable InnerState shared();

  /** State of each worker, in worker order, in this JVM; empty if the workers keep none. */
  List<WorkerState> workerStates();

  /** State vectors of the outer optimizer; empty at the start. */
  List<float[]> outerState();

  /** State before the first round. */
  static CarriedState nothing() {
    return new InMemory(null, List.of(), List.of());
  }

  /** Reads the state of a worker from a file, on any machine. */
  interface Reader extends Serializable {
    WorkerState read(int worker);
  }

  /** Computes a result from the state of a worker, on the machine that has it. */
  interface Extract<T> extends Serializable {
    T of(int worker, WorkerState state);
  }

  /** Carried state in this JVM's memory. */
  record InMemory(
      @Nullable InnerState shared, List<WorkerState> workerStates, List<float[]> outerState)
      implements CarriedState {
    public InMemory {
      workerStates = List.copyOf(workerStates);
      outerState = List.copyOf(outerState);
    }
  }

  /**
   * Carried state whose worker states are in files, which each worker reads itself.
   *
   * @param workers number of workers W
   */
  record InFiles(@Nullable InnerState shared, int workers, Reader files, List<float[]> outerState)
      implements CarriedState {
    public InFiles {
      outerState = List.copyOf(outerState);
    }

    @Override
    public List<WorkerState> workerStates() {
      return IntStream.range(0, workers).mapToObj(files::read).toList();
    }
  }

  /**
   * Carried state whose worker states are on executors. A lost one is computed again by a replay of
   * rounds, from the last state in files on.
   */
  interface OnExecutors extends CarriedState {

    /** Whether the workers keep states. */
    boolean hasWorkerStates();

    /** Whether a replay would be so long that the states are to be written to files now. */
    boolean isReplayLong();

    /** Applies a function to the state of each worker; results are in worker order. */
    <T> List<T> fromWorkerStates(Extract<T> extract);

    /** A replay starts from these files from now on. */
    void replayFrom(Reader files);
  }
}
