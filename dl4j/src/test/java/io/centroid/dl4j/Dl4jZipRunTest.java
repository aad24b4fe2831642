package io.centroid.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.centroid.Gadget;
import io.centroid.config.RunConfig;
import io.centroid.data.Batch;
import io.centroid.data.DataSummary;
import io.centroid.data.Examples;
import io.centroid.data.InputShape;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.nn.Learner;
import io.centroid.nn.NetworkSpec;
import io.centroid.run.RunObserver;
import io.centroid.run.TrainingRun;
import io.centroid.run.metrics.RunResult;
import io.centroid.train.LocalShardedData;
import io.centroid.train.TrainState;
import io.centroid.train.TrainingPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Training from networks that DL4J trained and saved as zip files. */
class Dl4jZipRunTest {
  private static final Engines ENGINES = Engines.of(new CpuEngine(), new Dl4jEngine());

  private static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  private static final int PIXELS = 784;

  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();
  private final List<float[]> started = new ArrayList<>();

  @Test
  void sequentialNetworkMatchesDl4jAndResumesTraining() throws IOException {
    MultiLayerNetwork network = new MultiLayerNetwork(sequential());
    network.init();
    for (int i = 0; i < 3; i++) {
      network.fit(random(i));
    }
    Path zip = folder.resolve("sequential.zip");
    ModelSerializer.writeModel(network, zip.toFile(), true);
    requireImported(zip, network.params(), network.output(random(9).getFeatures()));
    assertThat(notes)
        .anyMatch(
            note ->
                note.matches(
                    "read the network from .*sequential.zip, a DL4J zip \\(untrusted format, "
                        + "read without Java deserialization\\); SHA-256 [0-9a-f]{64}"))
        .anyMatch(
            note -> note.endsWith("updaterState.bin; the optimizer starts from its initial state"));
  }

  @Test
  void graphMatchesDl4jAndResumesTraining() throws IOException {
    ComputationGraph network = graph();
    for (int i = 0; i < 3; i++) {
      network.fit(random(i));
    }
    Path zip = folder.resolve("graph.zip");
    ModelSerializer.writeModel(network, zip.toFile(), false);
    requireImported(zip, network.params(), network.output(random(9).getFeatures())[0]);
  }

  private void requireImported(Path zip, INDArray parameters, INDArray output) throws IOException {
    RunResult result = run("a", zip);
    assertThat(started.get(0)).isEqualTo(parameters.toFloatVector());
    NetworkSpec spec = TrainedModel.load(FILES, result.runDir(), false, ENGINES).network();
    Learner learner = spec.engine().create(spec);
    learner.parameters().load(started.get(0));
    assertThat(learner.predict(batch(random(9))))
        .containsExactly(output.dup('c').data().asFloat(), within(1e-6f));
    assertThat(result.test().get("accuracy")).isGreaterThan(0.3);
    int before = notes.size();
    assertThat(run("a", zip)).isEqualTo(result);
    assertThat(notes.subList(before, notes.size())).anyMatch(note -> note.contains("is finished"));
  }

  @Test
  void reportsThatANormalizerIsNotApplied() throws IOException {
    Path zip = zipped(new MultiLayerNetwork(sequential()));
    try (FileSystem inside = FileSystems.newFileSystem(zip)) {
      Files.write(inside.getPath("preprocessor.bin"), Gadget.bytes());
    }
    int before = Gadget.Trace.reads();
    run("a", zip);
    assertThat(notes).anyMatch(note -> note.endsWith("data.normalization decides"));
    assertThat(Gadget.Trace.reads()).isEqualTo(before);
  }

  @Test
  void zipRequiresAllowDl4jZip() throws IOException {
    Path zip = zipped(new MultiLayerNetwork(sequential()));
    assertThatThrownBy(() -> run("a", zip, "model.allow-dl4j-zip=false"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("model.allow-dl4j-zip must be true to read " + zip);
    for (String other : List.of("model.name=mlp", "model.name=cnn")) {
      assertThatThrownBy(() -> run("a", zip, other))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith(zip + ": model: expected a checkpoint's, a run's or a model's")
          .hasMessageContaining("model.allow-dl4j-zip = true");
    }
    assertThat(folder.resolve("a")).doesNotExist();
  }

  @Test
  void differentZipIsADifferentRun() throws IOException {
    Path zip = zipped(new MultiLayerNetwork(sequential()));
    run("a", zip);
    Path other = Files.copy(zip, folder.resolve("other.zip"));
    assertThatThrownBy(() -> run("a", other))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("model.init-from was " + zip + " and is " + other);
  }

  @Test
  void rejectsOtherClassNames() throws IOException {
    Path zip = zipped(new MultiLayerNetwork(sequential()));
    replaceConfiguration(zip, "org.deeplearning4j.nn.conf.layers.DenseLayer", "com.evil.Gadget");
    assertThatThrownBy(() -> run("a", zip))
        .isInstanceOf(InputException.class)
        .hasMessage(
            zip
                + "!configuration.json: @class com.evil.Gadget is not a network class of DL4J"
                + " or ND4J");
  }

  @Test
  void rejectsParametersThatAreNotFinite() throws IOException {
    MultiLayerNetwork network = new MultiLayerNetwork(sequential());
    network.init();
    network.params().putScalar(17, Float.NaN);
    Path zip = folder.resolve("nan.zip");
    ModelSerializer.writeModel(network, zip.toFile(), false);
    assertThatThrownBy(() -> run("a", zip))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("nan.zip: parameter 17: expected a finite number, found NaN");
    assertThat(folder.resolve("a")).doesNotExist();
  }

  @Test
  void rejectsSerializedObjects() throws IOException {
    int before = Gadget.Trace.reads();
    for (String name : List.of("m.zip", "m.bin", "m.pt", "m.pkl", "m.ser", "m.kryo")) {
      Path file = Files.write(folder.resolve(name), Gadget.bytes());
      assertThatThrownBy(() -> TrainedModel.load(FILES, file.toString(), false, ENGINES))
          .isInstanceOf(InputException.class)
          .hasMessage(
              file
                  + ": model: expected a checkpoint's, a run's or a model's folder, found"
                  + " Java-serialized objects, which run code when they are deserialized: never"
                  + " read");
    }
    Path kryo = Files.write(folder.resolve("k.bin"), new byte[] {1, 0, 'i', 'o', (byte) 0xe3});
    assertThatThrownBy(() -> TrainedModel.load(FILES, kryo.toString(), false, ENGINES))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith("a model's folder, found a file");
    Path pickle = Files.write(folder.resolve("m.pt"), new byte[] {(byte) 0x80, 2, '}'});
    assertThatThrownBy(() -> TrainedModel.load(FILES, pickle.toString(), false, ENGINES))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "found a pickle, which runs code when it is loaded: if you trust it, convert it");
    assertThat(Gadget.Trace.reads()).isEqualTo(before);
  }

  @Test
  void rejectsSerializedObjectsInAFolder() throws IOException {
    int before = Gadget.Trace.reads();
    Path zip = zipped(new MultiLayerNetwork(sequential()));
    String run = run("a", zip).runDir();
    Path checkpoint;
    try (var steps = Files.walk(Path.of(run))) {
      checkpoint =
          steps
              .filter(step -> step.getFileName().toString().startsWith("step-"))
              .findFirst()
              .orElseThrow();
    }
    Files.write(checkpoint.resolve("parameters.safetensors"), Gadget.bytes());
    assertThatThrownBy(
            () -> TrainedModel.load(FILES, checkpoint.toString(), false, ENGINES).parameters())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("parameters.safetensors");
    Path model = Files.createDirectory(folder.resolve("model"));
    Files.write(model.resolve("model.safetensors"), Gadget.bytes());
    Files.writeString(
        model.resolve("config.json"),
        "{\"model_type\":\"gpt2\",\"n_layer\":1,\"n_head\":1,\"n_embd\":2,\"n_positions\":4,"
            + "\"vocab_size\":8}");
    assertThatThrownBy(() -> TrainedModel.load(FILES, model.toString(), false, ENGINES))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith(
            "model.safetensors: format: expected safetensors, found Java-serialized objects,"
                + " which run code when they are deserialized: never read");
    Files.write(model.resolve("config.json"), Gadget.bytes());
    assertThatThrownBy(() -> TrainedModel.load(FILES, model.toString(), false, ENGINES))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("config.json");
    assertThat(Gadget.Trace.reads()).isEqualTo(before);
  }

  private Path zipped(MultiLayerNetwork network) throws IOException {
    network.init();
    Path zip = folder.resolve("m.zip");
    ModelSerializer.writeModel((Model) network, zip.toFile(), false);
    return zip;
  }

  private static void replaceConfiguration(Path zip, String from, String to) throws IOException {
    try (FileSystem inside = FileSystems.newFileSystem(zip)) {
      Path file = inside.getPath("configuration.json");
      Files.writeString(file, Files.readString(file, StandardCharsets.UTF_8).replace(from, to));
    }
  }

  private RunResult run(String name, Path zip, String... more) throws IOException {
    List<String> overrides =
        new ArrayList<>(
            List.of(
                "data.digits.train=600",
                "data.digits.test=100",
                "model.name=dl4j",
                "model.init-from=" + zip,
                "model.allow-dl4j-zip=true",
                "train.local-steps=5",
                "train.epochs=4",
                "train.batch-size=16",
                "run.dir=" + folder.resolve(name)));
    overrides.addAll(List.of(more));
    RunConfig config = RunConfig.load(null, overrides);
    RunObserver observer =
        new RunObserver() {
          @Override
          public void onNote(String note) {
            notes.add(note);
          }

          @Override
          public void onStart(TrainingPlan plan, TrainState state) {
            started.add(state.parameters());
          }
        };
    return new TrainingRun(config, FILES, ENGINES, spec -> new LocalShardedData(spec, 2), observer)
        .execute();
  }

  private static org.deeplearning4j.nn.conf.MultiLayerConfiguration sequential() {
    return builder()
        .list()
        .layer(new DenseLayer.Builder().nOut(16).build())
        .layer(output())
        .setInputType(InputType.feedForward(PIXELS))
        .build();
  }

  private static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("left", new DenseLayer.Builder().nOut(12).build(), "in")
                .addLayer("right", new DenseLayer.Builder().nOut(8).build(), "in")
                .addLayer("norm", new BatchNormalization.Builder().build(), "right")
                .addVertex("merged", new MergeVertex(), "left", "norm")
                .addLayer("out", output(), "merged")
                .setOutputs("out")
                .setInputTypes(InputType.feedForward(PIXELS))
                .build());
    graph.init();
    return graph;
  }

  private static NeuralNetConfiguration.Builder builder() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(new Adam(0.01))
        .activation(Activation.TANH);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nOut(10)
        .build();
  }

  private static DataSet random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] rows = new float[8][PIXELS];
    float[][] labels = new float[8][10];
    for (int row = 0; row < rows.length; row++) {
      for (int i = 0; i < PIXELS; i++) {
        rows[row][i] = (float) random.nextDouble();
      }
      labels[row][random.nextInt(10)] = 1;
    }
    return new DataSet(Nd4j.create(rows), Nd4j.create(labels));
  }

  private static Batch batch(DataSet set) {
    InputShape shape = InputShape.row(PIXELS);
    float[][] rows = set.getFeatures().toFloatMatrix();
    Examples.Builder examples = new Examples.Builder(shape, SourceSchema.FeatureKind.NUMBERS);
    for (float[] row : rows) {
      examples.addRow(row, 0);
    }
    Batch batch = new Batch(shape, rows.length);
    batch.fill(
        examples.build(),
        Normalization.of(Normalization.Method.NONE, new DataSummary(List.of())),
        0,
        rows.length);
    return batch;
  }
}
