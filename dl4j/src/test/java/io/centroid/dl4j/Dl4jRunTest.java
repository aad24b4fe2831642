package io.centroid.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.config.RunConfig;
import io.centroid.data.TargetScaling;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.nn.LearnerFactory;
import io.centroid.run.RunObserver;
import io.centroid.run.TrainingRun;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.LocalShardedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Runs on the engine that {@code compute.engine} names. */
class Dl4jRunTest {
  private static final Engines ENGINES = Engines.of(new CpuEngine(), new Dl4jEngine());

  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());

  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();

  @Test
  void twoClassesAreLearnedByOneOutput() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder("x1,x2,class\n");
    for (int row = 0; row < 400; row++) {
      double x1 = random.nextDouble() * 2 - 1;
      double x2 = random.nextDouble() * 2 - 1;
      text.append((float) x1).append(',').append((float) x2).append(',');
      text.append(x1 > 2 * x2 ? 1 : 0).append('\n');
    }
    Path data = Files.writeString(folder.resolve("signs.csv"), text);
    RunResult result =
        run(
            "a",
            "compute.engine=dl4j",
            "data.format=csv",
            "data.path=" + data,
            "data.csv.target=class",
            "data.csv.features=numbers",
            "data.normalization=standardize",
            "model.loss=binary-cross-entropy",
            "train.batch-size=16",
            "train.epochs=15");
    assertThat(result.validation()).containsOnlyKeys("accuracy", "loss");
    assertThat(result.validation().get("accuracy")).isGreaterThan(0.9);
  }

  @Test
  void checkpointOfOneEngineIsResumedByTheOther() throws IOException {
    RunResult first = run("a", "train.epochs=1");
    RunResult longer = run("a", "train.epochs=2", "compute.engine=dl4j");
    assertThat(longer.step()).isEqualTo(2 * first.step());
    assertThat(notes)
        .anyMatch(
            note ->
                note.startsWith("it was written with other library versions")
                    && note.contains("engine=cpu in the checkpoint, dl4j "));
    RunResult undisturbed = run("b", "train.epochs=2");
    assertThat(longer.validation().get("loss"))
        .isCloseTo(undisturbed.validation().get("loss"), within(1e-3));
  }

  @Test
  void imagesAreLearnedByTheEngineThatSupportsThem() throws IOException {
    String[] images = {
      "model.name=cnn", "model.channels=[4]", "model.kernel=5", "model.hidden=[]", "train.epochs=1"
    };
    assertThat(engine(run("a", images).runDir())).isEqualTo(new Dl4jEngine());
    assertThat(engine(run("b", "train.epochs=1").runDir())).isEqualTo(new CpuEngine());
    assertThatThrownBy(() -> run("c", ENGINES, with(images, "compute.engine=cpu")))
        .isInstanceOf(InputException.class)
        .hasMessage("compute.engine must be auto or dl4j when model.name is cnn: cpu");
    assertThatThrownBy(() -> run("c", Engines.CPU, images))
        .isInstanceOf(InputException.class)
        .hasMessage("model.name = cnn is supported by none of this program's engines: cpu");
    assertThatThrownBy(() -> run("c", Engines.CPU, "compute.engine=dl4j"))
        .isInstanceOf(InputException.class)
        .hasMessage("compute.engine must be auto or cpu: dl4j");
    assertThat(folder.resolve("c")).doesNotExist();
  }

  @Test
  void pricesAreLearnedByBothEngines() throws IOException {
    String[] settings = prices("train.epochs=10", "model.hidden=[6]", "optimizer.name=adamw");
    RunResult cpu = run("a", settings);
    RunResult dl4j = run("b", with(settings, "compute.engine=dl4j"));
    assertThat(cpu.validation().get("r2")).isGreaterThan(0.5);
    assertThat(dl4j.validation().get("r2")).isCloseTo(cpu.validation().get("r2"), within(1e-3));
    assertThat(TrainedModel.load(FILES, dl4j.runDir(), false, ENGINES).normalization())
        .isEqualTo(TrainedModel.load(FILES, cpu.runDir(), false, ENGINES).normalization());
  }

  /** A sigmoid cannot predict standardized targets, which are negative and above 1. */
  @Test
  void onlyALinearOutputOfAFileLearnsStandardizedTargets() throws IOException {
    Path linear = Files.writeString(folder.resolve("l.json"), json(Activation.IDENTITY, true));
    Path unbiased = Files.writeString(folder.resolve("u.json"), json(Activation.IDENTITY, false));
    Path sigmoid = Files.writeString(folder.resolve("s.json"), json(Activation.SIGMOID, true));
    String[] settings = prices("train.epochs=10", "model.name=dl4j", "optimizer.name=adamw");
    assertThat(run("a", with(settings, "model.file=" + linear)).validation().get("r2"))
        .isGreaterThan(0.5);
    Path graph = Files.writeString(folder.resolve("g.json"), graph());
    assertThat(run("graph", with(settings, "model.file=" + graph)).validation().get("r2"))
        .isGreaterThan(0.5);
    assertThat(notes).noneMatch(note -> note.startsWith("the targets are not standardized"));
    for (Path file : List.of(sigmoid, unbiased)) {
      notes.clear();
      RunResult raw = run("run-" + file.getFileName(), with(settings, "model.file=" + file));
      assertThat(notes)
          .filteredOn(note -> note.startsWith("the targets are not standardized"))
          .hasSize(1);
      assertThat(TrainedModel.load(FILES, raw.runDir(), false, ENGINES).normalization().targets())
          .isEqualTo(TargetScaling.NONE);
      assertThat(raw.warning()).contains("(1) the targets are not normalized");
    }
  }

  /** The output layer of a zip predicts raw targets, and is converted. */
  @Test
  void aZipPredictsTheSameAtTheStart() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(MultiLayerConfiguration.fromJson(json(Activation.IDENTITY, true)));
    network.init();
    network.setParams(Nd4j.create(new float[] {1_000, -2_000, 400_000}, new long[] {1, 3}));
    Path zip = folder.resolve("n.zip");
    ModelSerializer.writeModel(network, zip.toFile(), false);
    RunResult result =
        run(
            "a",
            prices(
                "model.name=dl4j",
                "model.init-from=" + zip,
                "model.allow-dl4j-zip=true",
                "data.normalization=none",
                "optimizer.learning-rate=1e-30",
                "train.steps=1"));
    try (io.centroid.Model model = io.centroid.Model.load(result.runDir(), new Dl4jEngine())) {
      assertThat((double) model.predict(1, 2).value()).isCloseTo(397_000, within(0.5));
    }
  }

  private static String graph() {
    return new NeuralNetConfiguration.Builder()
        .graphBuilder()
        .addInputs("in")
        .addLayer(
            "hidden", new DenseLayer.Builder().nOut(4).activation(Activation.TANH).build(), "in")
        .addLayer(
            "price",
            new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .nOut(1)
                .build(),
            "hidden")
        .setOutputs("price")
        .setInputTypes(InputType.feedForward(2))
        .build()
        .toJson();
  }

  private static String json(Activation output, boolean bias) {
    return new NeuralNetConfiguration.Builder()
        .list()
        .layer(
            new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                .activation(output)
                .hasBias(bias)
                .nOut(1)
                .build())
        .setInputType(InputType.feedForward(2))
        .build()
        .toJson();
  }

  private String[] prices(String... more) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder("x1,x2,price\n");
    for (int row = 0; row < 400; row++) {
      double x1 = random.nextDouble() * 2 - 1;
      double x2 = random.nextDouble() * 2 - 1;
      text.append((float) x1).append(',').append((float) x2).append(',');
      text.append((float) (400_000 + 50_000 * x1 - 90_000 * x2)).append('\n');
    }
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.format=csv",
                "data.path=" + Files.writeString(folder.resolve("prices.csv"), text),
                "data.csv.target=price",
                "data.csv.features=numbers",
                "data.normalization=standardize",
                "data.validation-split=0.2",
                "model.loss=mean-squared-error",
                "checkpoint.metric=loss",
                "optimizer.learning-rate=0.03"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static LearnerFactory engine(String run) throws IOException {
    return TrainedModel.load(FILES, run, false, ENGINES).network().engine();
  }

  private static String[] with(String[] settings, String more) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add(more);
    return all.toArray(String[]::new);
  }

  private RunResult run(String name, String... settings) throws IOException {
    return run(name, ENGINES, settings);
  }

  private RunResult run(String name, Engines engines, String... settings) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.digits.train=300",
                "data.digits.test=0",
                "model.hidden=[12]",
                "train.local-steps=3",
                "train.batch-size=32",
                "run.dir=" + folder.resolve(name)));
    all.addAll(List.of(settings));
    RunObserver observer =
        new RunObserver() {
          @Override
          public void onNote(String note) {
            notes.add(note);
          }
        };
    return new TrainingRun(
            RunConfig.load(null, all),
            FILES,
            engines,
            spec -> new LocalShardedData(spec, 2),
            observer)
        .execute();
  }
}
