package io.centroid.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.config.RunConfig;
import io.centroid.device.Device;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.Architecture;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.nn.Learner;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.run.RunObserver;
import io.centroid.run.TrainingRun;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.LocalShardedData;
import io.centroid.train.RoundResult;
import io.centroid.train.TrainState;
import io.centroid.train.worker.Round;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs on the engine torch. */
class TorchRunTest {
  private static final TorchEngine TORCH = new TorchEngine(Device.Kind.CPU);
  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  @TempDir Path folder;

  private final List<Double> losses = new ArrayList<>();

  /** The engine with learners as on a GPU: device and host have memory of their own. */
  private record Mirrored() implements LearnerFactory {
    @Override
    public String name() {
      return "mirrored";
    }

    @Override
    public boolean supports(Architecture architecture) {
      return TORCH.supports(architecture);
    }

    @Override
    public Learner create(NetworkSpec spec) {
      LibTorch.require();
      return TorchEngine.create(spec, new org.bytedeco.pytorch.Device(DeviceType.CPU), true);
    }

    @Override
    public ParameterLayout layout(NetworkSpec spec) {
      return TORCH.layout(spec);
    }

    @Override
    public Map<String, String> versions() {
      return Map.of("engine", name());
    }
  }

  private static final Engines ENGINES = Engines.of(new CpuEngine(), TORCH, new Mirrored());

  @ParameterizedTest
  @CsvSource({"sgd, 0.1", "momentum, 0.02", "nesterov, 0.02", "adamw, 0.002"})
  void twoHundredStepsHaveTheLossesOfTheEngineCpu(String optimizer, double learningRate)
      throws IOException {
    String[] settings = {
      "optimizer.name=" + optimizer,
      "optimizer.learning-rate=" + learningRate,
      "optimizer.weight-decay=0.01",
      "optimizer.clip-norm=1",
      "train.local-steps=1",
      "train.inner-state=average",
      "train.steps=200"
    };
    List<Double> cpu = losses("cpu", settings);
    assertThat(cpu).hasSize(200);
    assertThat(cpu.get(199)).isLessThan(0.5 * cpu.get(0));
    assertClose(losses("torch", settings), cpu);
    assertClose(losses("mirrored", settings), cpu);
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch", "mirrored"})
  void threadsAndInterruptionsDoNotChangeTheResult(String engine) throws IOException {
    String[] settings = {
      "compute.engine=" + engine,
      "optimizer.name=adamw",
      "optimizer.learning-rate=0.002",
      "train.inner-state=keep",
      "train.local-steps=3",
      "train.steps=30",
      "train.workers=3",
      "average.codec=int8",
      "outer.name=nesterov",
      "checkpoint.every-rounds=4"
    };
    String whole = run("a", 1, 0, settings).parametersSha256();
    assertThat(run("b", 3, 0, settings).parametersSha256()).isEqualTo(whole);
    assertThatThrownBy(() -> run("c", 2, 6, settings)).hasMessage("stopped");
    assertThat(run("c", 3, 0, settings).parametersSha256()).isEqualTo(whole);
  }

  @Test
  void checkpointsAreInterchangeable() throws IOException {
    RunResult cpu = run("a", 2, 0, "train.epochs=1");
    RunResult torch = run("b", 2, 0, "train.epochs=1", "compute.engine=torch");
    assertThat(torch.validation().get("loss"))
        .isCloseTo(cpu.validation().get("loss"), within(1e-3));
    // Each is resumed by the other.
    RunResult cpuThenTorch = run("a", 2, 0, "train.epochs=2", "compute.engine=torch");
    RunResult torchThenCpu = run("b", 2, 0, "train.epochs=2", "compute.engine=cpu");
    assertThat(cpuThenTorch.step()).isEqualTo(2 * cpu.step()).isEqualTo(torchThenCpu.step());
    assertThat(cpuThenTorch.validation().get("loss"))
        .isCloseTo(torchThenCpu.validation().get("loss"), within(1e-3));
    TrainedModel model = TrainedModel.load(FILES, cpuThenTorch.runDir(), false, ENGINES);
    assertThat(model.network().engine()).isEqualTo(new CpuEngine());
    assertThat(TrainedModel.load(FILES, cpuThenTorch.runDir(), false, ENGINES.choose("torch")))
        .extracting(loaded -> loaded.network().engine())
        .isEqualTo(TORCH);
  }

  private static void assertClose(List<Double> actual, List<Double> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int step = 0; step < expected.size(); step++) {
      assertThat(actual.get(step))
          .as("loss of step " + step)
          .isCloseTo(expected.get(step), within(1e-3));
    }
  }

  private List<Double> losses(String engine, String... settings) throws IOException {
    losses.clear();
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("compute.engine=" + engine);
    run(engine, 2, 0, all.toArray(String[]::new));
    return List.copyOf(losses);
  }

  private RunResult run(String name, int threads, long stop, String... settings)
      throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "run.dir=" + folder + "/" + name,
                "data.digits.train=2000",
                "data.digits.test=0",
                "train.batch-size=16",
                "compute.workers=local"));
    all.addAll(List.of(settings));
    RunObserver observer =
        new RunObserver() {
          @Override
          public void onRound(TrainState state, Round round, RoundResult result, long nanos) {
            losses.add(result.loss());
            if (state.rounds() == stop) {
              throw new IllegalStateException("stopped");
            }
          }
        };
    return new TrainingRun(
            RunConfig.load(null, all),
            FILES,
            ENGINES,
            spec -> new LocalShardedData(spec, threads),
            observer)
        .execute();
  }
}
