package io.centroid.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.InputShape;
import io.centroid.device.Device;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.gpt2.Gpt2Config;
import io.centroid.nn.gpt2.Gpt2Execution;
import io.centroid.nn.matrix.LowPrecision;
import io.centroid.nn.matrix.Precision;
import io.centroid.nn.matrix.WeightFormat;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class EnginesTest {
  private static final Architecture DENSE = new Architecture.Mlp(List.of(3), Activation.RELU);
  private static final Architecture IMAGES =
      new Architecture.Cnn(List.of(2), 3, List.of(), Activation.RELU);
  private static final LearnerFactory OTHER = new FakeEngine("other", List.of("mlp", "cnn"));
  private static final Engines BOTH = Engines.of(new CpuEngine(), OTHER);

  @Test
  void autoSelectsTheFirstEngineThatSupportsTheNetwork() {
    assertThat(BOTH.engine(DENSE)).isEqualTo(new CpuEngine());
    assertThat(BOTH.choose("auto").engine(IMAGES)).isEqualTo(OTHER);
    assertThat(Engines.of(OTHER, new CpuEngine()).engine(DENSE)).isEqualTo(OTHER);
  }

  @Test
  void aNameSelectsThatEngine() {
    assertThat(BOTH.choose("other").engine(DENSE)).isEqualTo(OTHER);
    assertThat(BOTH.choose("cpu").engine(DENSE)).isEqualTo(new CpuEngine());
  }

  @Test
  void anUnknownEngineIsRejected() {
    assertThatThrownBy(() -> BOTH.choose("torch"))
        .isInstanceOf(InputException.class)
        .hasMessage("compute.engine must be auto, cpu or other: torch");
    assertThatThrownBy(() -> BOTH.choose("a\nb"))
        .isInstanceOf(InputException.class)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void anUnsupportedNetworkIsRejected() {
    assertThatThrownBy(() -> BOTH.choose("cpu").engine(IMAGES))
        .isInstanceOf(InputException.class)
        .hasMessage("compute.engine must be auto or other when model.name is cnn: cpu");
    assertThatThrownBy(() -> Engines.CPU.engine(IMAGES))
        .isInstanceOf(InputException.class)
        .hasMessage("model.name = cnn is supported by none of this program's engines: cpu");
  }

  @Test
  void onGpusTheFirstEngineWithCodeForThemIsSelected() {
    LearnerFactory gpus = new FakeGpuEngine(Device.Kind.CPU);
    Engines all = Engines.of(new CpuEngine(), OTHER, gpus);
    assertThat(all.engine(DENSE)).isEqualTo(new CpuEngine());
    assertThat(all.on(Device.Kind.CUDA).engine(DENSE))
        .isEqualTo(new FakeGpuEngine(Device.Kind.CUDA));
    assertThat(all.choose("gpus").on(Device.Kind.CUDA).engine(DENSE).device())
        .isEqualTo(Device.Kind.CUDA);
    assertThat(all.on(Device.Kind.CPU)).isEqualTo(all);
  }

  @Test
  void anEngineWithoutGpuSupportIsRejectedWithThoseThatHaveIt() {
    Engines all = Engines.of(new CpuEngine(), OTHER, new FakeGpuEngine(Device.Kind.CPU));
    assertThatThrownBy(() -> all.choose("cpu").on(Device.Kind.CUDA))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "compute.device = cuda needs an engine with GPU support: compute.engine must be auto or"
                + " gpus: cpu");
    assertThatThrownBy(() -> all.on(Device.Kind.CUDA).engine(IMAGES))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "model.name = cnn is supported by none of this program's engines for compute.device ="
                + " cuda: gpus");
    assertThatThrownBy(() -> BOTH.on(Device.Kind.CUDA))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "compute.device = cuda needs the GPU build of an engine on the class path, found none:"
                + " mvn -Pcuda package makes it (docs/gpu.md)");
  }

  @Test
  void theDeviceIsPartOfTheVersions() {
    NetworkSpec network =
        new NetworkSpec(
            DENSE, InputShape.row(5), 2, Loss.CROSS_ENTROPY, 1, new FakeGpuEngine(Device.Kind.CPU));
    assertThat(network.versions()).doesNotContainKey("device");
    assertThat(network.on(Device.Kind.CUDA).versions()).containsEntry("device", "cuda");
    assertThat(network.on(Device.Kind.CUDA).on(Device.Kind.CPU)).isEqualTo(network);
  }

  @Test
  void aFileThatNoEngineReadsIsRejected() {
    assertThatThrownBy(() -> BOTH.open(new HadoopFiles(new Configuration()), "model.zip"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "model.zip: none of this program's engines reads networks from files: cpu, other");
  }

  @Test
  void cpuEngineLayoutMatchesCreatedLearners() {
    NetworkSpec dense =
        new NetworkSpec(DENSE, InputShape.row(5), 2, Loss.CROSS_ENTROPY, 1, new CpuEngine());
    NetworkSpec classifier =
        new NetworkSpec(
            new Architecture.Gpt2(
                new Gpt2Config(1, 1, 4, 6, 8, 16, Gpt2Config.Dropout.NONE, 1e-5f),
                true,
                Gpt2Execution.DEFAULT),
            InputShape.row(6),
            3,
            Loss.CROSS_ENTROPY,
            1);
    for (NetworkSpec spec : List.of(dense, classifier)) {
      assertThat(spec.layout()).isEqualTo(spec.engine().create(spec).layout());
    }
  }

  @Test
  void cpuEngineVersionsCoverWhatAffectsResults() {
    assertThat(new CpuEngine().versions())
        .containsKeys("engine", "kernels", "blas", "javacpp", "platform", "java")
        .containsEntry("engine", "cpu")
        .containsEntry("javacpp", "1.5.13")
        .hasEntrySatisfying("blas", blas -> assertThat(blas).startsWith("openblas 0.3.31 "));
  }

  @Test
  void theLibraryOfLowPrecisionIsInTheVersionsOfRunsThatUseIt() {
    LowPrecision.assume(WeightFormat.BFLOAT16);
    CpuEngine engine = new CpuEngine();

    assertThat(engine.versions(gpt2(Precision.BFLOAT16)))
        .containsAllEntriesOf(engine.versions())
        .hasEntrySatisfying(
            "bfloat16",
            version -> assertThat(version).matches("onednn 3\\.11\\.\\d+ (amx|avx512_bf16)"));
    assertThat(engine.versions(gpt2(Precision.FLOAT32))).isEqualTo(engine.versions());
  }

  private static Architecture gpt2(Precision precision) {
    Gpt2Config config = new Gpt2Config(1, 1, 8, 4, 10, 32, Gpt2Config.Dropout.NONE, 1e-5f);
    return new Architecture.Gpt2(config, false, new Gpt2Execution(1, 0, false, precision));
  }
}
