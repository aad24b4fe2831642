package io.centroid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.memory.PeakMemory;
import io.centroid.nn.kernels.CpuKernels;
import io.centroid.train.CarriedState;
import io.centroid.train.RoundCost;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import io.centroid.train.worker.WorkerReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KernelsListenerTest {
  private static final String DRIVER = "{blas=avx2, java=17}";

  private final List<String> notes = new ArrayList<>();
  private KernelsListener listener = new KernelsListener(DRIVER, Optional.empty(), notes::add);

  @Test
  void equalMachinesAndUnknownOnesAreNotMentioned() {
    round(DRIVER, "", DRIVER);
    assertThat(notes).isEmpty();
  }

  @Test
  void anotherMachineIsMentionedOnce() {
    round(DRIVER, DRIVER);
    round(DRIVER, "{blas=avx512f, java=17}");
    round("{blas=avx512f, java=17}", DRIVER);
    assertThat(notes)
        .containsExactly(
            "worker 1 computes with {blas=avx512f, java=17}, the driver with {blas=avx2, java=17}:"
                + " results may differ in the last bits from those on equal machines;"
                + " compute.cpu-kernels pins the kernels of all machines");
  }

  @Test
  void anotherJavaIsNotMendedByPinnedKernels() {
    round(DRIVER, "{blas=avx2, java=21}");
    assertThat(notes)
        .containsExactly(
            "worker 1 computes with {blas=avx2, java=21}, the driver with {blas=avx2, java=17}:"
                + " results may differ in the last bits from those on equal machines");
  }

  @Test
  void withPinnedKernelsOnlyOtherKernelsAreAnError() {
    listener = new KernelsListener(DRIVER, Optional.of(CpuKernels.HASWELL), notes::add);
    round(DRIVER, "{blas=avx2, java=21}");
    assertThat(notes).hasSize(1);
    assertThatThrownBy(() -> round(DRIVER, DRIVER, "{blas=avx512f, java=17}"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "worker 2 computes with {blas=avx512f, java=17}, the driver with {blas=avx2, java=17}:"
                + " compute.cpu-kernels = HASWELL needs"
                + " spark.executorEnv.OPENBLAS_CORETYPE=HASWELL in the configuration of the"
                + " SparkContext");
  }

  private void round(String... kernels) {
    List<WorkerReport> reports = new ArrayList<>();
    for (int worker = 0; worker < kernels.length; worker++) {
      reports.add(
          new WorkerReport(
              worker, 1, 1, true, 1, 1, 1, 1, 0, 0, PeakMemory.UNKNOWN, kernels[worker]));
    }
    TrainState start = TrainState.initial(new float[0]);
    RoundResult result =
        new RoundResult(
            new float[0],
            CarriedState.nothing(),
            1,
            0,
            new RoundCost(0, 0, 0, 0, 0, 0, 0, 0),
            PeakMemory.UNKNOWN,
            reports);
    listener.onRound(start, new Round(start, 1), result, 0);
  }
}
