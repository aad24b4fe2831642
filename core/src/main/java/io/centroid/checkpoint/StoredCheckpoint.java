package io.centroid.checkpoint;

import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.checkpoint.safetensors.TensorInfo;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.FileCipher;
import io.centroid.encryption.KeyRotation;
import io.centroid.encryption.ManifestSigner;
import io.centroid.encryption.TrustedKeys;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.ByteSource;
import io.centroid.io.HadoopPath;
import io.centroid.io.Sha256;
import io.centroid.io.storage.Storage;
import io.centroid.io.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * A committed checkpoint on a file system, whose manifest is read. Every method that reads tensors
 * verifies the file's length and SHA-256 on the way and throws an {@link InputException} if they
 * differ from the manifest.
 */
public final class StoredCheckpoint {
  private final Storage storage;
  private final Path path;
  private final byte[] json;
  private final Manifest manifest;
  private @Nullable FileCipher cipher;

  private StoredCheckpoint(Storage storage, Path path, byte[] json, Manifest manifest) {
    this.storage = storage;
    this.path = path;
    this.json = json;
    this.manifest = manifest;
  }

  /** Reads the manifest and checks that every file exists with its length. */
  static StoredCheckpoint at(Storage storage, Path folder) throws IOException {
    Path path = storage.qualified(folder);
    Path file = new Path(path, Manifest.FILE);
    byte[] json;
    try {
      json = storage.read(file, Manifest.MOST_BYTES);
    } catch (FileNotFoundException e) {
      throw InputErrors.of(
          path.toString(), "not a checkpoint: " + Manifest.FILE + " is missing", e);
    }
    Manifest manifest = Manifest.parse(file.toString(), json);
    StoredCheckpoint checkpoint = new StoredCheckpoint(storage, path, json, manifest);
    checkpoint.requireLengths();
    return checkpoint;
  }

  /** Lists the folder once, since a checkpoint may have thousands of files. */
  private void requireLengths() throws IOException {
    Map<String, Long> lengths = new HashMap<>();
    for (FileStatus status : storage.list(path)) {
      if (status.isFile()) {
        lengths.put(status.getPath().getName(), status.getLen());
      }
    }
    for (Map.Entry<String, StoredFile> file : manifest.files().entrySet()) {
      Long length = lengths.get(file.getKey());
      if (length == null) {
        throw missing(file.getKey(), null);
      }
      HashingSource.requireLength(HadoopPath.child(path, file.getKey()), file.getValue(), length);
    }
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
    model.removeIf(Manifest::isTrainingState);
    verify(model);
  }

  private void verify(Set<String> names) throws IOException {
    for (String name : names) {
      try (HashingSource source = source(name)) {
        source.requireSha256();
      }
    }
  }

  /**
   * SHA-256 of the plain form of {@link Manifest#PARAMETERS_FILE}.
   *
   * @throws InputException if it is encrypted and the key is missing or another one
   */
  String parametersSha256() throws IOException {
    if (manifest.encryption() == null) {
      return manifest.parametersFileSha256();
    }
    MessageDigest digest = Sha256.digest();
    try (HashingSource source = source(Manifest.PARAMETERS_FILE);
        ByteSource plain = cipher().decrypting(Manifest.PARAMETERS_FILE, source)) {
      byte[] block = new byte[1 << 20];
      for (long at = 0; at < plain.length(); at += block.length) {
        int count = (int) Math.min(block.length, plain.length() - at);
        plain.read(at, block, count);
        digest.update(block, 0, count);
      }
      FileCipher.requireEnd(plain);
      source.requireSha256();
    }
    return Sha256.hex(digest);
  }

  /**
   * Checks that a key that the configuration trusts signed the manifest, if it names any.
   *
   * @throws InputException if the signature is missing or not theirs
   */
  public void requireTrusted() throws IOException {
    requireSignature(TrustedKeys.configured(storage.configuration()));
  }

  /** As {@link TrustedKeys#require}, of the manifest that was read. */
  public String requireSignature(TrustedKeys trusted) throws IOException {
    return trusted.require(storage, HadoopPath.child(path, Manifest.FILE), json);
  }

  /** Signs the manifest that was read. */
  public void sign(ManifestSigner signer) throws IOException {
    signer.sign(storage, HadoopPath.child(path, Manifest.FILE), json);
  }

  /**
   * Wraps the data key by another key, as {@link KeyRotation}; only the manifest and its signature
   * change.
   *
   * @throws InputException as {@link KeyRotation#run}
   */
  public KeyRotation.Result rewrap(EncryptionKey to, KeyRotation.Recorder recorder)
      throws IOException {
    Path file = HadoopPath.child(path, Manifest.FILE);
    return KeyRotation.run(storage, file, json, manifest.encryption(), step(), to, recorder);
  }

  /** Resolved once, where it is needed: {@link #verify} needs no key. */
  private FileCipher cipher() {
    FileCipher resolved = cipher;
    if (resolved == null) {
      resolved = manifest.cipher(name(Manifest.FILE), storage.configuration());
      cipher = resolved;
    }
    return resolved;
  }

  /** The parameter vector in the layout's order. */
  public float[] parameters() throws IOException {
    try (HashingSource source = source(Manifest.PARAMETERS_FILE);
        ByteSource plain = cipher().decrypting(Manifest.PARAMETERS_FILE, source);
        SafetensorsReader reader = new SafetensorsReader(plain)) {
      Map<String, Integer> offsets = new HashMap<>();
      float[] parameters = new float[requireLayout(reader, offsets)];
      for (TensorInfo tensor : reader.tensors()) {
        reader.readFloats(tensor.name(), parameters, offsets.getOrDefault(tensor.name(), 0));
      }
      FileCipher.requireEnd(plain);
      source.requireSha256();
      return parameters;
    }
  }

  /** The tensors of {@link Manifest#STATE_FILE} by name, in file order. */
  public Map<String, TensorSlice> state() throws IOException {
    return state(tensor -> true);
  }

  private Map<String, TensorSlice> state(Predicate<String> wanted) throws IOException {
    try (HashingSource source = source(Manifest.STATE_FILE);
        ByteSource plain = cipher().decrypting(Manifest.STATE_FILE, source);
        SafetensorsReader reader = new SafetensorsReader(plain)) {
      Map<String, TensorSlice> state = TensorFolder.tensors(reader, wanted);
      FileCipher.requireEnd(plain);
      source.requireSha256();
      return state;
    }
  }

  /** The other files, by name; each is at most 64 MiB. */
  public Map<String, byte[]> attachments() throws IOException {
    Map<String, byte[]> attachments = new TreeMap<>();
    for (String name : manifest.files().keySet()) {
      if (!name.equals(Manifest.PARAMETERS_FILE) && !Manifest.isTrainingState(name)) {
        byte[] content = storage.read(HadoopPath.child(path, name), Manifest.MOST_BYTES);
        HashingSource.requireSha256(name(name), manifest.file(name), Sha256.of(content));
        attachments.put(name, cipher().decrypt(name(name), name, content));
      }
    }
    return attachments;
  }

  /**
   * Reads parameters and state, each file once, without the files of single workers.
   *
   * @param wanted selects the state tensors to keep in memory, by name
   */
  public LoadedCheckpoint load(Predicate<String> wanted) throws IOException {
    return new LoadedCheckpoint(path, manifest, parameters(), state(wanted));
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
    try {
      return HashingSource.open(storage, HadoopPath.child(path, name), manifest.file(name));
    } catch (FileNotFoundException e) {
      throw missing(name, e);
    }
  }

  private InputException missing(String name, @Nullable FileNotFoundException e) {
    String what = "missing, but listed in " + Manifest.FILE;
    return e == null ? InputErrors.of(name(name), what) : InputErrors.of(name(name), what, e);
  }

  private String name(String file) {
    return HadoopPath.child(path, file).toString();
  }
}
