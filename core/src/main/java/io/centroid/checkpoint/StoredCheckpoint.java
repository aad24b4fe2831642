package io.centroid.checkpoint;

import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.checkpoint.safetensors.TensorInfo;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopPath;
import io.centroid.io.HadoopSource;
import io.centroid.io.Sha256;
import io.centroid.io.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;

/**
 * A committed checkpoint on a file system, whose manifest is read. Every method that reads tensors
 * verifies the file's length and SHA-256 on the way and throws an {@link InputException} if they
 * differ from the manifest.
 */
public final class StoredCheckpoint {
  static final int MOST_MANIFEST_BYTES = 64 << 20;

  private final Storage storage;
  private final Path path;
  private final Manifest manifest;

  private StoredCheckpoint(Storage storage, Path path, Manifest manifest) {
    this.storage = storage;
    this.path = path;
    this.manifest = manifest;
  }

  /** Reads the manifest and checks that every file exists with its length. */
  static StoredCheckpoint at(Storage storage, Path folder) throws IOException {
    Path path = storage.qualified(folder);
    Path file = new Path(path, Manifest.FILE);
    byte[] json;
    try {
      json = storage.read(file, MOST_MANIFEST_BYTES);
    } catch (FileNotFoundException e) {
      throw InputErrors.of(
          path.toString(), "not a checkpoint: " + Manifest.FILE + " is missing", e);
    }
    Manifest manifest = Manifest.parse(file.toString(), json);
    StoredCheckpoint checkpoint = new StoredCheckpoint(storage, path, manifest);
    for (String name : manifest.files().keySet()) {
      checkpoint.requireLength(name);
    }
    return checkpoint;
  }

  /** The checkpoint's folder. */
  public Path path() {
    return path;
  }

  public Manifest manifest() {
    return manifest;
  }

  /** Number of local steps per worker. */
  public long step() {
    return manifest.step();
  }

  /** Reads every file and compares it with the manifest. */
  public void verify() throws IOException {
    verify(manifest.files().keySet());
  }

  /**
   * Reads the files of the model and compares them with the manifest. The training state, which is
   * a multiple of the parameters, is not read.
   */
  public void verifyModel() throws IOException {
    Set<String> model = new TreeSet<>(manifest.files().keySet());
    model.remove(Manifest.STATE_FILE);
    verify(model);
  }

  private void verify(Set<String> names) throws IOException {
    for (String name : names) {
      try (HashingSource source = source(name)) {
        requireSha256(name, source);
      }
    }
  }

  /** The parameter vector in the layout's order. */
  public float[] parameters() throws IOException {
    try (HashingSource source = source(Manifest.PARAMETERS_FILE);
        SafetensorsReader reader = new SafetensorsReader(source)) {
      Map<String, Integer> offsets = new HashMap<>();
      float[] parameters = new float[requireLayout(reader, offsets)];
      for (TensorInfo tensor : reader.tensors()) {
        reader.readFloats(tensor.name(), parameters, offsets.getOrDefault(tensor.name(), 0));
      }
      requireSha256(Manifest.PARAMETERS_FILE, source);
      return parameters;
    }
  }

  /** The state tensors by name, in file order. */
  public Map<String, TensorSlice> state() throws IOException {
    try (HashingSource source = source(Manifest.STATE_FILE);
        SafetensorsReader reader = new SafetensorsReader(source)) {
      Map<String, TensorSlice> state = new LinkedHashMap<>();
      for (TensorInfo tensor : reader.tensors()) {
        float[] values = reader.readFloats(tensor.name());
        state.put(tensor.name(), new TensorSlice(tensor.name(), tensor.shape(), values, 0));
      }
      requireSha256(Manifest.STATE_FILE, source);
      return state;
    }
  }

  /** The other files, by name; each is at most 64 MiB. */
  public Map<String, byte[]> attachments() throws IOException {
    Map<String, byte[]> attachments = new TreeMap<>();
    for (String name : manifest.files().keySet()) {
      if (!name.equals(Manifest.PARAMETERS_FILE) && !name.equals(Manifest.STATE_FILE)) {
        requireLength(name);
        byte[] content = storage.read(HadoopPath.child(path, name), MOST_MANIFEST_BYTES);
        requireSha256(name, Sha256.of(content));
        attachments.put(name, content);
      }
    }
    return attachments;
  }

  /** Reads parameters and state, each file once. */
  public LoadedCheckpoint load() throws IOException {
    return new LoadedCheckpoint(path, manifest, parameters(), state());
  }

  @Override
  public String toString() {
    return path.toString();
  }

  /** Fills in the offset of each tensor in the vector; returns the vector's length. */
  private int requireLayout(SafetensorsReader reader, Map<String, Integer> offsets) {
    long length = 0;
    for (LayoutTensor expected : manifest.layout()) {
      TensorInfo found = reader.tensor(expected.name());
      if (!found.shape().equals(expected.shape())) {
        throw InputErrors.of(
            name(Manifest.PARAMETERS_FILE),
            "shape of tensor " + InputErrors.quote(expected.name()),
            expected.shape() + " (layout in " + Manifest.FILE + ")",
            found.shape().toString());
      }
      offsets.put(expected.name(), (int) length);
      length += found.elements();
      if (length > Integer.MAX_VALUE - 8) {
        throw InputErrors.of(
            name(Manifest.PARAMETERS_FILE), "parameters", "at most 2^31 - 9", "more");
      }
    }
    if (reader.tensors().size() != offsets.size()) {
      throw InputErrors.of(
          name(Manifest.PARAMETERS_FILE),
          "tensors",
          offsets.size() + " (layout in " + Manifest.FILE + ")",
          String.valueOf(reader.tensors().size()));
    }
    return (int) length;
  }

  private HashingSource source(String name) throws IOException {
    requireLength(name);
    return new HashingSource(new HadoopSource(storage.fileSystem(), HadoopPath.child(path, name)));
  }

  private void requireLength(String name) throws IOException {
    long expected = manifest.file(name).bytes();
    long found;
    try {
      found = storage.status(HadoopPath.child(path, name)).getLen();
    } catch (FileNotFoundException e) {
      throw InputErrors.of(name(name), "missing, but listed in " + Manifest.FILE, e);
    }
    if (found != expected) {
      throw InputErrors.of(
          name(name), "length", expected + " bytes (" + Manifest.FILE + ")", found + " bytes");
    }
  }

  private void requireSha256(String name, HashingSource source) throws IOException {
    requireSha256(name, source.sha256());
  }

  private void requireSha256(String name, String found) {
    String expected = manifest.file(name).sha256();
    if (!found.equals(expected)) {
      throw InputErrors.of(name(name), "SHA-256", expected + " (" + Manifest.FILE + ")", found);
    }
  }

  private String name(String file) {
    return HadoopPath.child(path, file).toString();
  }
}
