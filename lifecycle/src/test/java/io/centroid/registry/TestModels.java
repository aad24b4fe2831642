package io.centroid.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.LayoutTensor;
import io.centroid.checkpoint.Position;
import io.centroid.checkpoint.Retention;
import io.centroid.checkpoint.Snapshot;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.CommitProtocol;
import io.centroid.io.storage.ObjectStore;
import io.centroid.io.storage.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;

/** A registry on the local disk, with drafts of checkpoints of two parameters. */
final class TestModels {
  static final HadoopFiles FILES = new HadoopFiles(new Configuration());
  static final String MODEL = "digits";

  private final Path folder;
  private final CommitProtocol protocol;
  private final HadoopFiles files;
  private final org.apache.hadoop.fs.Path registry;

  TestModels(Path folder, CommitProtocol protocol) {
    this.folder = folder;
    this.protocol = protocol;
    this.files = FILES;
    this.registry = hadoop(model());
  }

  private TestModels(Path folder) {
    this.folder = folder;
    this.protocol = CommitProtocol.MANIFEST_LAST;
    this.files = new HadoopFiles(ObjectStore.configuration());
    this.registry = ObjectStore.path(model());
  }

  /** A registry on an object store that cannot create a file exclusively. */
  static TestModels onObjectStore(Path folder) {
    return new TestModels(folder);
  }

  /** The same registry by another file system, whose paths have the scheme of {@code other}. */
  ModelRegistry registry(HadoopFiles other, String scheme) throws IOException {
    return ModelRegistry.of(
        other,
        protocol,
        new org.apache.hadoop.fs.Path(scheme + "://" + model()),
        MODEL,
        Clock.systemUTC());
  }

  ModelRegistry registry() throws IOException {
    return registry(Clock.systemUTC());
  }

  ModelRegistry registry(Clock clock) throws IOException {
    return ModelRegistry.of(files, protocol, registry, MODEL, clock);
  }

  /** The model's folder. */
  Path model() {
    return folder.resolve("registry").resolve(MODEL);
  }

  /** A draft with an export, whose checkpoint holds {@code value} twice. */
  VersionDraft draft(String key, float value) throws IOException {
    Path export = folder.resolve("export-" + key);
    Path parts = Files.createDirectories(export.resolve("parts"));
    Files.writeString(export.resolve("model.onnx"), "model of " + key);
    Files.writeString(parts.resolve("vocabulary.txt"), "a\nb\n");
    return new VersionDraft(
        key,
        provenance(value),
        checkpoint(key, value),
        Map.of("onnx", hadoop(export)),
        Map.of("report.json", "{}\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  /** The same content under another key. */
  static VersionDraft again(VersionDraft draft, String key) {
    return new VersionDraft(
        key, draft.provenance(), draft.checkpoint(), draft.exports(), draft.attachments());
  }

  static VersionProvenance provenance(float accuracy) {
    return new VersionProvenance(
        "runs/one",
        10,
        "cafe",
        "0".repeat(64),
        "",
        List.of(new DataFile("day-1/train.csv", new StoredFile(12, "f".repeat(64)))),
        Map.of("validation.accuracy", (double) accuracy),
        OptionalInt.empty());
  }

  private org.apache.hadoop.fs.Path checkpoint(String key, float value) throws IOException {
    CheckpointStore store =
        CheckpointStore.of(
            hadoop(folder.resolve("run-" + key)), FILES.configuration(), CheckpointListener.LOGGED);
    try (CheckpointWriter writer =
        store.writer(store.claim(LeaseTerms.usual()), Retention.last(1))) {
      return writer
          .save(
              snapshot(),
              List.of(new TensorSlice("0.W", List.of(2L), new float[] {value, value}, 0)),
              List.of(),
              Map.of())
          .path();
    }
  }

  private static Snapshot snapshot() {
    return new Snapshot(
        10,
        1,
        42,
        new Position(0, 10),
        "cafe",
        List.of(new LayoutTensor("0.W", List.of(2L), "weight")),
        Map.of("java", "17"),
        Map.of(),
        JsonNodeFactory.instance.objectNode(),
        JsonNodeFactory.instance.objectNode(),
        JsonNodeFactory.instance.objectNode());
  }

  static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }
}
