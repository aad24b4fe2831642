package io.centroid.train.worker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.error.WorkerFailure;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class WorkerExecutionTest {
  private static final String REPORTED =
      "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 79.11 GiB";
  private static final String MESSAGE =
      "worker 3: round 7: out of memory on the GPU ("
          + REPORTED
          + "): lower train.batch-size, train.micro-batch or data.block, or set"
          + " compute.activation-checkpointing = true";

  private static void run(RuntimeException failure) {
    WorkerExecution.wrapFailures(
        3,
        "round 7",
        () -> {
          throw failure;
        });
  }

  /** It is wrong input, so that Spark does not repeat the task. */
  @Test
  void anExhaustedGpuIsWrongInput() {
    RuntimeException ofLibrary =
        new RuntimeException(REPORTED + "\nException raised from malloc at allocator.cpp:1\n#0");
    assertThatThrownBy(() -> run(ofLibrary)).isInstanceOf(InputException.class).hasMessage(MESSAGE);
    assertThatThrownBy(() -> run(WorkerFailure.of(3, "step 5", ofLibrary)))
        .isInstanceOf(InputException.class)
        .hasMessage(MESSAGE);
    Supplier<Void> error =
        () -> {
          throw new OutOfMemoryError(REPORTED);
        };
    assertThatThrownBy(() -> WorkerExecution.wrapFailures(3, "round 7", error))
        .isInstanceOf(InputException.class)
        .hasMessage(MESSAGE);
  }

  @Test
  void anExhaustedHeapIsNot() {
    OutOfMemoryError heap = new OutOfMemoryError("Java heap space");
    assertThatThrownBy(
            () ->
                WorkerExecution.wrapFailures(
                    3,
                    "round 7",
                    () -> {
                      throw heap;
                    }))
        .isSameAs(heap);
    assertThatThrownBy(() -> run(new IllegalStateException("other")))
        .isInstanceOf(WorkerFailure.class)
        .hasMessage("worker 3: round 7: IllegalStateException: other");
  }
}
