package io.centroid.run.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.Cluster;
import io.centroid.Trainer;
import io.centroid.config.RunConfig;
import io.centroid.config.RunConfig.Compute.DeviceKind;
import io.centroid.data.InputShape;
import io.centroid.device.Device;
import io.centroid.device.Gpu;
import io.centroid.device.GpuReport;
import io.centroid.error.InputException;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.nn.FakeGpuEngine;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.matrix.Precision;
import io.centroid.run.RunObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceChoiceTest {
  private static final LearnerFactory ENGINE = new FakeGpuEngine(Device.Kind.CPU);
  private static final long GIB = 1L << 30;

  private final List<String> notes = new ArrayList<>();
  private final List<String> details = new ArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private Precision precision = Precision.FLOAT32;

  @TempDir private Path folder;

  private static GpuReport executor(int id, int capability, long freeBytes, String... addresses) {
    return new GpuReport(
        "executor " + id + " on node" + id,
        Stream.of(addresses)
            .map(
                address ->
                    new Gpu(
                        address,
                        "GPU-" + id + address,
                        "Model",
                        capability,
                        GIB,
                        freeBytes,
                        "580.1"))
            .toList(),
        "");
  }

  private NetworkSpec place(DeviceKind wanted, LearnerFactory engine, GpuReport... reports) {
    NetworkSpec network =
        new NetworkSpec(
            new Architecture.Mlp(List.of(3), Activation.RELU),
            InputShape.row(5),
            2,
            Loss.CROSS_ENTROPY,
            1,
            engine);
    return DeviceChoice.examine(
            wanted,
            engine,
            precision,
            onGpus -> {
              assertThat(onGpus.device()).isEqualTo(Device.Kind.CUDA);
              asked.incrementAndGet();
              return List.of(reports);
            },
            notes::add,
            details::add)
        .place(network, 2, 10);
  }

  @Test
  void autoChoosesGpusThatAllExecutorsHave() {
    NetworkSpec placed =
        place(DeviceKind.AUTO, ENGINE, executor(0, 10, GIB, "0", "1"), executor(1, 10, GIB, "0"));
    assertThat(placed.engine()).isEqualTo(new FakeGpuEngine(Device.Kind.CUDA));
    assertThat(notes)
        .containsExactly(
            "compute.device = auto: cuda, since the fake can use all 3 GPUs of 2 executors");
    assertThat(details).singleElement().asString().startsWith("a worker needs about 769 MiB");
    assertThat(asked).hasValue(1);
  }

  @Test
  void autoChoosesTheCpuIfOneExecutorHasNoUsableGpu() {
    NetworkSpec placed =
        place(DeviceKind.AUTO, ENGINE, executor(0, 10, GIB, "0"), executor(1, 20, GIB, "0"));
    assertThat(placed.engine()).isEqualTo(ENGINE);
    assertThat(notes)
        .containsExactly(
            "compute.device = auto: cpu, since executor 1 on node1: GPU 0: Model has compute"
                + " capability 2.0; the fake has code for 1.0");
    assertThat(details).isEmpty();
  }

  @Test
  void autoDoesNotLookForGpusOfAnEngineWithoutGpuSupport() {
    assertThat(place(DeviceKind.AUTO, new CpuEngine()).engine()).isEqualTo(new CpuEngine());
    assertThat(place(DeviceKind.CPU, ENGINE).engine()).isEqualTo(ENGINE);
    assertThat(asked).hasValue(0);
    assertThat(notes).isEmpty();
  }

  @Test
  void noReportIsAProblem() {
    assertThatThrownBy(() -> place(DeviceKind.CUDA, new FakeGpuEngine(Device.Kind.CUDA)))
        .isInstanceOf(InputException.class)
        .hasMessage("compute.device = cuda: no executor has reported its GPUs");
    assertThat(place(DeviceKind.AUTO, ENGINE).engine()).isEqualTo(ENGINE);
    assertThat(notes)
        .containsExactly("compute.device = auto: cpu, since no executor has reported its GPUs");
  }

  /** As on YARN without isolation of devices. */
  @Test
  void aGpuOfTwoExecutorsIsAProblem() {
    GpuReport first = executor(3, 10, GIB, "0");
    GpuReport second = new GpuReport("executor 4 on node3", first.gpus(), "");
    assertThatThrownBy(
            () -> place(DeviceKind.CUDA, new FakeGpuEngine(Device.Kind.CUDA), first, second))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "compute.device = cuda: executor 4 on node3: GPU 0 is also that of executor 3 on node3,"
                + " and tasks of both would share it: the cluster manager must isolate the GPUs of"
                + " executors on a host");
  }

  @Test
  void differentModelsAreNoted() {
    Gpu one = new Gpu("0", "GPU-a", "B", 10, GIB, GIB, "580.1");
    Gpu other = new Gpu("1", "GPU-b", "A", 10, GIB, GIB, "580.1");
    place(DeviceKind.AUTO, ENGINE, new GpuReport("executor 0 on n", List.of(one, other), ""));
    assertThat(notes)
        .contains(
            "the GPUs are of different models, so results are not bitwise reproducible: A, B");
  }

  @Test
  void bfloat16NeedsCapability8() {
    precision = Precision.BFLOAT16;
    assertThatThrownBy(
            () ->
                place(
                    DeviceKind.CUDA,
                    new FakeGpuEngine(Device.Kind.CUDA),
                    executor(0, 10, GIB, "0")))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "compute.device = cuda: executor 0 on node0: GPU 0: Model has compute capability 1.0;"
                + " the fake with compute.precision = bfloat16 has code for");
  }

  @Test
  void cudaNeedsAllGpus() {
    LearnerFactory onGpus = new FakeGpuEngine(Device.Kind.CUDA);
    assertThat(place(DeviceKind.CUDA, onGpus, executor(0, 10, GIB, "0")).engine())
        .isEqualTo(onGpus);
    assertThat(notes).isEmpty();
    assertThatThrownBy(
            () ->
                place(
                    DeviceKind.CUDA,
                    onGpus,
                    executor(0, 20, GIB, "0"),
                    GpuReport.none("executor 1 on node1", "nvidia-smi found no devices")))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "compute.device = cuda: executor 0 on node0: GPU 0: Model has compute capability 2.0;"
                + " the fake has code for 1.0 (and 1 more)");
  }

  @Test
  void cudaNeedsTheEstimatedMemory() {
    assertThatThrownBy(
            () ->
                place(
                    DeviceKind.CUDA,
                    new FakeGpuEngine(Device.Kind.CUDA),
                    executor(0, 10, GIB / 2, "0")))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "compute.device = cuda: executor 0 on node0: GPU 0: Model has 0.5 GiB of 1.0 GiB memory"
                + " free, a task needs about 0.8 GiB: end other processes on it, lower"
                + " train.batch-size, train.micro-batch or data.block, or set"
                + " compute.activation-checkpointing = true");
  }

  /** No GPU has compute capability 1.0 any more. */
  @Test
  void cudaWithoutAUsableGpuEndsTheRunBeforeAnythingIsWritten() {
    Path run = folder.resolve("run");
    RunConfig config =
        RunConfig.load(
            null,
            List.of(
                "compute.device=cuda",
                "compute.workers=local",
                "data.digits.train=100",
                "data.digits.test=10",
                "run.dir=" + run));
    assertThatThrownBy(
            () ->
                Trainer.run(
                    config,
                    Engines.of(new CpuEngine(), ENGINE),
                    Cluster.threads(2),
                    RunObserver.NONE))
        .isInstanceOf(InputException.class)
        .message()
        .startsWith("compute.device = cuda: this process: ");
    assertThat(run).doesNotExist();
  }
}
