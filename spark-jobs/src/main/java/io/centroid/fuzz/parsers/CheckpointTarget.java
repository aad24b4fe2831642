package io.centroid.fuzz.parsers;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.SealedJson;
import io.centroid.Sha256;
import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.LayoutTensor;
import io.centroid.checkpoint.LeaseTerms;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.Position;
import io.centroid.checkpoint.Retention;
import io.centroid.checkpoint.Snapshot;
import io.centroid.checkpoint.StoredCheckpoint;
import io.centroid.dl4j.Dl4jEngine;
import io.centroid.fuzz.Bound;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.PartFormat;
import io.centroid.fuzz.Parts;
import io.centroid.run.TrainedModel;
import io.centroid.safetensors.TensorSlice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * A checkpoint's folder: manifest, tensors and what a model is made of. Lengths and sums of the
 * files stand in the manifest as marks that become the right ones, so that damaged tensors are
 * read, and not only found to be others.
 */
final class CheckpointTarget implements FuzzTarget {
  private static final List<String> NAMES =
      List.of(Manifest.FILE, Manifest.PARAMETERS_FILE, Manifest.STATE_FILE);

  private final MemoryFolder folder = new MemoryFolder();

  @Override
  public List<PartFormat> formats() {
    return List.of(PartFormat.JSON, PartFormat.SAFETENSORS, PartFormat.SAFETENSORS);
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    JsonNodeFactory json = JsonNodeFactory.instance;
    ObjectNode mlp = json.objectNode().put("name", "mlp").put("activation", "relu");
    mlp.putArray("hidden").add(1);
    ObjectNode gpt2 = json.objectNode().put("name", "gpt2").put("classifies", true);
    for (String size : List.of("layers", "heads", "width", "positions", "vocabulary", "inner")) {
      gpt2.put(size, 1);
    }
    gpt2.put("epsilon", 1e-5f);
    gpt2.putObject("dropout").put("embedding", 0.1f).put("attention", 0f).put("residual", 0f);
    for (ObjectNode model : List.of(mlp, gpt2)) {
      model.putArray("input").add(1).add(1).add(4);
      model.put("outputs", 2).put("loss", "cross-entropy").put("seed", 1).put("backend", "cpu");
      seeds.add(seed(model));
    }
    return seeds;
  }

  private static byte[] seed(ObjectNode model) {
    float[] values = {1, 2, 3, 4, 5};
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.putObject("normalisation").putArray("mean").add(0.5);
    data.withObject("/normalisation").putArray("scale").add(2);
    data.putObject("configuration")
        .put("data.format", "texts")
        .put("data.texts.labels", "[\"no\",\"yes\"]");
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
            JsonNodeFactory.instance.objectNode().put("workers", 2));
    try (LocalFolder disk = LocalFolder.create()) {
      CheckpointStore store =
          CheckpointStore.of(
              new org.apache.hadoop.fs.Path(disk.path().toUri()),
              new Configuration(),
              CheckpointListener.LOGGED);
      StoredCheckpoint saved =
          store
              .writer(store.claim(LeaseTerms.usual()), Retention.last(1))
              .save(
                  snapshot,
                  List.of(
                      new TensorSlice("0.W", List.of(2L, 2L), values, 0),
                      new TensorSlice("0.b", List.of(1L), values, 4)),
                  List.of(TensorSlice.whole("outer.velocity", values)));
      Path path = Path.of(saved.path().toUri().getPath());
      List<byte[]> parts =
          NAMES.stream().map(name -> LocalFolder.read(path.resolve(name))).toList();
      // Without its seal, or every change would be refused for that alone.
      String manifest =
          Text.latin(parts.get(0))
              .replaceFirst(",\\s*\"" + SealedJson.KEY + "\" : \"[0-9a-f]{64}\"", "");
      for (int file = 1; file < NAMES.size(); file++) {
        manifest =
            manifest
                .replace(Sha256.of(parts.get(file)), sum(file))
                .replaceAll(
                    "(\"" + NAMES.get(file) + "\" : \\{\\s*\"bytes\" : )[0-9]+",
                    "$1" + length(file));
      }
      return Parts.join(Text.latin(manifest), parts.get(1), parts.get(2));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sum(int file) {
    return "@sum" + file + "@";
  }

  private static String length(int file) {
    return "@length" + file + "@";
  }

  @Override
  public List<String> dictionary() {
    List<String> words = new ArrayList<>(TensorFiles.WORDS);
    words.addAll(
        List.of(
            "../parameters.safetensors",
            "state.safetensors",
            "/etc/passwd",
            "\"layout\"",
            "mlp",
            "cnn",
            "dl4j",
            "gpt2",
            "\"format\"",
            "2026-01-01T00:00:00Z",
            "\"kernel\" : 3,"));
    return words;
  }

  @Override
  public Bound bound() {
    return new Bound(4 << 20, 400);
  }

  @Override
  public void read(byte[] input) throws IOException {
    List<byte[]> parts = Parts.split(input);
    folder.clear();
    String manifest = Text.latin(parts.get(0));
    for (int file = 1; file < Math.min(parts.size(), NAMES.size()); file++) {
      byte[] content = parts.get(file);
      folder.put(NAMES.get(file), content);
      manifest =
          manifest
              .replace(sum(file), Sha256.of(content))
              .replace(length(file), String.valueOf(content.length));
    }
    folder.put(Manifest.FILE, Text.latin(manifest));
    CheckpointStore.load(folder.folder(), folder.files().configuration());
    TrainedModel.load(folder.files(), folder.folder().toString(), false, Dl4jEngine.ENGINES)
        .parameters();
  }

  @Override
  public void close() {
    folder.close();
  }
}
