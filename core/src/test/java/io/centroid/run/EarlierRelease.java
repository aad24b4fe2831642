package io.centroid.run;

import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.Manifest;
import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.checkpoint.safetensors.SafetensorsWriter;
import io.centroid.checkpoint.safetensors.TensorInfo;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.io.storage.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/** Checkpoints as release 0.2.0 wrote them, with the states of all workers in one file. */
public final class EarlierRelease {
  private EarlierRelease() {}

  /** Moves the tensors of all workers into the file that they share. */
  public static void convert(Path checkpoint) throws IOException {
    Manifest manifest =
        CheckpointStore.openVerified(
                new org.apache.hadoop.fs.Path(checkpoint.toUri()), new Configuration())
            .manifest();
    Map<String, StoredFile> files = new TreeMap<>(manifest.files());
    List<TensorSlice> tensors = new ArrayList<>();
    for (int worker = 0; ; worker++) {
      String name = Manifest.workerStateFile(worker);
      if (files.remove(name) == null) {
        break;
      }
      tensors.addAll(tensors(checkpoint.resolve(name)));
      Files.delete(checkpoint.resolve(name));
    }
    Path shared = checkpoint.resolve(Manifest.STATE_FILE);
    tensors.addAll(tensors(shared));
    try (OutputStream out = Files.newOutputStream(shared)) {
      SafetensorsWriter.write(out, tensors, Map.of());
    }
    try (InputStream in = Files.newInputStream(shared)) {
      files.put(Manifest.STATE_FILE, StoredFile.of(in));
    }
    Files.write(
        checkpoint.resolve(Manifest.FILE),
        new Manifest(manifest.snapshot(), manifest.fencingToken(), manifest.writtenAt(), files)
            .toJson());
  }

  private static List<TensorSlice> tensors(Path file) throws IOException {
    List<TensorSlice> tensors = new ArrayList<>();
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      for (TensorInfo tensor : reader.tensors()) {
        tensors.add(TensorSlice.whole(tensor.name(), reader.readFloats(tensor.name())));
      }
    }
    return tensors;
  }
}
