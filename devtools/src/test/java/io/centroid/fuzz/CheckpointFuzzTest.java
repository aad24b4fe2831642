package io.centroid.fuzz;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.LayoutTensor;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.Position;
import io.centroid.checkpoint.Retention;
import io.centroid.checkpoint.Snapshot;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.cli.Centroid;
import io.centroid.config.RunConfig;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.Sha256;
import io.centroid.model.TrainedModel;
import io.centroid.run.data.DataChoice;
import io.centroid.run.data.DataConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.FieldSource;

/** Fuzz targets for checkpoints: manifest, tensors and model description. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class CheckpointFuzzTest {
  private static final List<String> FILES =
      List.of(Manifest.FILE, Manifest.PARAMETERS_FILE, Manifest.STATE_FILE);
  private static final String SHA256 = "0".repeat(64);

  @TempDir private static Path folder;
  @TempDir private static Path made;

  static final FuzzTarget CHECKPOINT =
      new FuzzTarget(4 << 20, 400, CheckpointFuzzTest::load, CheckpointFuzzTest::checkpoints);

  static final FuzzTarget MANIFEST =
      FuzzTarget.json(
          content -> Manifest.parse("manifest.json", content).toJson(),
          """
          {"format": 1, "step": 10, "round": 1, "seed": 42,
           "position": {"epoch": 0, "stepInEpoch": 10}, "configurationHash": "cafe",
           "fencingToken": 1, "writtenAt": "2026-01-01T00:00:00Z",
           "files": {"parameters.safetensors": {"bytes": 20, "sha256": "%s"},
                     "state.safetensors": {"bytes": 8, "sha256": "%s"}},
           "metrics": {"validation.loss": 0.5}, "versions": {"java": "17"},
           "model": {"name": "mlp"}, "data": {}, "training": {"workers": 2},
           "layout": [{"name": "0.W", "shape": [2, 2], "role": "weight"}]}
          """
              .formatted(SHA256, SHA256),
          "{\"format\": 1, \"writtenAt\": \"+1000000000-12-31T23:59:59Z\", \"layout\": [[[]]]}");

  @FieldSource("CHECKPOINT")
  @DictionaryEntries({
    "../parameters.safetensors",
    "state.safetensors",
    "/etc/passwd",
    "\"layout\"",
    "cnn",
    "dl4j",
    "gpt2",
    "\"shape\":",
    "\"data_offsets\":",
    "2026-01-01T00:00:00Z",
    "\"kernel\" : 3,"
  })
  @FuzzTest
  void checkpoint(byte[] input) throws Exception {
    CHECKPOINT.check(input);
  }

  @FieldSource("MANIFEST")
  @DictionaryEntries({"\"layout\"", "\"shape\"", "\"files\"", "../x", "/x", "\"bytes\""})
  @FuzzTest
  void manifest(byte[] input) throws Exception {
    MANIFEST.check(input);
  }

  private static List<byte[]> checkpoints() {
    JsonNodeFactory json = JsonNodeFactory.instance;
    ObjectNode mlp = json.objectNode().put("name", "mlp").put("activation", "relu");
    mlp.putArray("hidden").add(1);
    ObjectNode gpt2 = json.objectNode().put("name", "gpt2").put("classifies", true);
    for (String size : List.of("layers", "heads", "width", "positions", "vocabulary", "inner")) {
      gpt2.put(size, 1);
    }
    gpt2.put("epsilon", 1e-5f);
    gpt2.putObject("dropout").put("embedding", 0.1f).put("attention", 0f).put("residual", 0f);
    List<byte[]> seeds = new ArrayList<>();
    for (ObjectNode model : List.of(mlp, gpt2)) {
      model.putArray("input").add(1).add(1).add(4);
      model.put("outputs", 2).put("loss", "cross-entropy").put("seed", 1).put("backend", "cpu");
      seeds.add(saved(model));
    }
    String first = Inputs.latin(seeds.get(0));
    seeds.add(Inputs.latin(first.replaceFirst("\"mean\" : \\[[^]]*]", "\"mean\" : {}")));
    String labels = "\"data.texts.labels\" : \"[\\\"no\\\",\\\"yes\\\"]\"";
    for (String hostile :
        List.of(
            "\"data.texts.labels\" : \"[${HOME}]\"",
            "\"include url(\\\"http://127.0.0.1:1/\\\")\\ndata.parts\" : \"[]\"",
            "\"data.path\" : \"http://127.0.0.1:1/\"",
            "\"model.file\" : \"/etc/hostname\"")) {
      seeds.add(Inputs.latin(Inputs.latin(seeds.get(1)).replace(labels, hostile)));
    }
    return seeds;
  }

  /**
   * Creates a checkpoint whose manifest has placeholders for lengths and hashes. They are replaced
   * by the correct values, so that damaged tensors are parsed instead of being rejected by their
   * hashes.
   */
  private static byte[] saved(ObjectNode model) {
    float[] values = {1, 2, 3, 4, 5};
    ObjectNode data =
        JsonNodeFactory.instance
            .objectNode()
            .put("sha256", SHA256)
            .put("train", 3)
            .put("validation", 1);
    data.putObject("normalization").putArray("mean").add(0.5);
    data.withObject("/normalization").putArray("scale").add(2);
    data.putObject("configuration")
        .put("data.format", model.path("name").asText().equals("gpt2") ? "texts" : "csv")
        .put("data.texts.labels", "[\"no\",\"yes\"]");
    ObjectNode training =
        JsonNodeFactory.instance
            .objectNode()
            .put("workers", 2)
            .put("localSteps", 4)
            .put("examples", 30)
            .put("innerState", "average")
            .put("parametersSha256", SHA256);
    training.putArray("innerSteps").add(10);
    training.putObject("stopping").put("metric", "accuracy").put("withoutGain", 0);
    training.putObject("configuration").put("train.workers", "2");
    Snapshot snapshot =
        new Snapshot(
            10,
            1,
            42,
            new Position(0, 10),
            "cafe",
            List.of(
                new LayoutTensor("0.W", List.of(2L, 2L), "weight"),
                new LayoutTensor("0.b", List.of(1L), "bias")),
            Map.of("java", "17"),
            Map.of("validation.accuracy", 0.5),
            model,
            data,
            training);
    try {
      Path run = Files.createTempDirectory(made, "run");
      CheckpointStore store =
          CheckpointStore.of(
              new org.apache.hadoop.fs.Path(run.toUri()),
              new Configuration(),
              CheckpointListener.LOGGED);
      StoredCheckpoint checkpoint =
          store
              .writer(store.claim(LeaseTerms.usual()), Retention.last(1))
              .save(
                  snapshot,
                  List.of(
                      new TensorSlice("0.W", List.of(2L, 2L), values, 0),
                      new TensorSlice("0.b", List.of(1L), values, 4)),
                  List.of(TensorSlice.whole("outer.velocity", values)),
                  Map.of());
      List<byte[]> parts = new ArrayList<>();
      for (String name : FILES) {
        parts.add(Files.readAllBytes(Path.of(checkpoint.path().toUri().getPath(), name)));
      }
      // Without its checksum, because otherwise every change would be rejected by it.
      String manifest =
          Inputs.latin(parts.get(0))
              .replaceFirst(",\\s*\"" + ChecksummedJson.KEY + "\" : \"[0-9a-f]{64}\"", "");
      for (int file = 1; file < FILES.size(); file++) {
        manifest =
            manifest
                .replace(Sha256.of(parts.get(file)), hashPlaceholder(file))
                .replaceAll(
                    "(\"" + FILES.get(file) + "\" : \\{\\s*\"bytes\" : )[0-9]+",
                    "$1" + lengthPlaceholder(file));
      }
      parts.set(0, Inputs.latin(manifest));
      return Inputs.join(parts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hashPlaceholder(int file) {
    return "@sum" + file + "@";
  }

  private static String lengthPlaceholder(int file) {
    return "@length" + file + "@";
  }

  private static void load(byte[] input) throws IOException {
    InputFolder files = new InputFolder(folder);
    files.replace(input, FILES);
    List<byte[]> parts = Inputs.split(input);
    String manifest = Inputs.latin(parts.get(0));
    for (int file = 1; file < Math.min(parts.size(), FILES.size()); file++) {
      byte[] content = parts.get(file);
      manifest =
          manifest
              .replace(hashPlaceholder(file), Sha256.of(content))
              .replace(lengthPlaceholder(file), String.valueOf(content.length));
    }
    files.put(Manifest.FILE, Inputs.latin(manifest));
    CheckpointStore.load(files.hadoop(), InputFolder.FILES.configuration());
    TrainedModel model =
        TrainedModel.load(InputFolder.FILES, files.hadoop().toString(), false, Centroid.ENGINES);
    model.parameters();
    DataChoice named = DataChoice.named(List.of("data.path=named"));
    RunConfig config = DataConfiguration.of(model, named);
    if (!config.data().path().equals("named") || !config.data().parts().isEmpty()) {
      throw new AssertionError("the data is read from " + config.data());
    }
  }
}
