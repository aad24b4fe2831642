package io.centroid.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.checkpoint.lease.WriterLease;
import io.centroid.encryption.Encryption;
import io.centroid.encryption.FileCipher;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.storage.StoredFile;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * The content of {@code manifest.json}: the description of a checkpoint and the SHA-256 of every
 * file. It is written last, so a checkpoint without one was never committed.
 *
 * @param snapshot description of the run
 * @param fencingToken fencing token of the {@link WriterLease} under which it was written
 * @param writtenAt time of writing
 * @param files other files of the checkpoint by plain name, as they are stored
 * @param encryption how the files are encrypted; null if they are not
 */
public record Manifest(
    Snapshot snapshot,
    long fencingToken,
    Instant writtenAt,
    Map<String, StoredFile> files,
    @Nullable Encryption encryption) {
  /** The only format version that this code reads and writes. */
  public static final int FORMAT = 1;

  /** Largest size of a manifest or attachment in bytes. */
  public static final int MOST_BYTES = 64 << 20;

  /** The file that holds the manifest. */
  public static final String FILE = "manifest.json";

  /** The file that holds the model's parameters. */
  public static final String PARAMETERS_FILE = "parameters.safetensors";

  /**
   * The file that holds the state of the outer optimizer and that of the inner optimizers if all
   * workers share it. Earlier releases have the states of all workers there.
   */
  public static final String STATE_FILE = "state.safetensors";

  private static final Pattern WORKER_STATE = Pattern.compile("state-[0-9]{1,9}\\.safetensors");
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");

  public Manifest {
    Snapshot.requireNotNegative("fencingToken", fencingToken);
    files = Map.copyOf(files);
    files.keySet().forEach(Manifest::requirePlainName);
    requireFile(files, PARAMETERS_FILE);
    requireFile(files, STATE_FILE);
  }

  /** A manifest of files that are not encrypted. */
  public Manifest(
      Snapshot snapshot, long fencingToken, Instant writtenAt, Map<String, StoredFile> files) {
    this(snapshot, fencingToken, writtenAt, files, null);
  }

  /**
   * Parses a manifest. Unknown keys are ignored.
   *
   * @param file name of the manifest for messages
   * @param json content of the file
   * @throws InputException if it is not a manifest of {@link #FORMAT}
   */
  public static Manifest parse(String file, byte[] json) {
    Manifest manifest =
        ManifestJson.FORM.read(file, json, ManifestJson.class, ManifestJson::manifest);
    if (manifest.encryption != null) {
      ChecksummedJson.verify(file, json); // Older manifests, which are plain, may have none.
    }
    return manifest;
  }

  /** The manifest as indented JSON in UTF-8; equal manifests yield equal bytes. */
  public byte[] toJson() {
    return ManifestJson.FORM.write(ManifestJson.of(this));
  }

  /** The file that holds the state that a worker keeps. */
  public static String workerStateFile(int worker) {
    return "state-" + worker + ".safetensors";
  }

  /** Whether a file is needed only to resume the training, not by readers of the model. */
  static boolean isTrainingState(String file) {
    return file.equals(STATE_FILE) || WORKER_STATE.matcher(file).matches();
  }

  /**
   * The cipher of the files.
   *
   * @param file name of the manifest for messages
   * @param hadoop configuration that names the key
   * @throws InputException if the files are encrypted and the key is missing or another one
   */
  FileCipher cipher(String file, Configuration hadoop) {
    return encryption == null ? FileCipher.NONE : encryption.cipher(step(), file, hadoop);
  }

  /** Number of local steps per worker. */
  public long step() {
    return snapshot.step();
  }

  /** Number of completed averaging rounds. */
  public long round() {
    return snapshot.round();
  }

  /** Number of completed epochs. */
  public long epoch() {
    return snapshot.position().epoch();
  }

  /** The tensors of the parameter vector, in its order. */
  public List<LayoutTensor> layout() {
    return snapshot.layout();
  }

  /** Finite measurements such as {@code validation.accuracy}. */
  public Map<String, Double> metrics() {
    return snapshot.metrics();
  }

  /** Description from which the network is rebuilt. */
  public ObjectNode model() {
    return snapshot.model();
  }

  /** The SHA-256 of the file that holds the parameters. */
  public String parametersFileSha256() {
    return file(PARAMETERS_FILE).sha256();
  }

  /**
   * Length and SHA-256 of one file.
   *
   * @throws IllegalArgumentException if the manifest does not list it
   */
  public StoredFile file(String name) {
    return requireFile(files, name);
  }

  private static StoredFile requireFile(Map<String, StoredFile> files, String name) {
    StoredFile file = files.get(name);
    if (file == null) {
      throw new IllegalArgumentException("files: " + name + " is missing");
    }
    return file;
  }

  private static void requirePlainName(String name) {
    if (!PLAIN_NAME.matcher(name).matches() || name.equals(FILE)) {
      throw new IllegalArgumentException(
          "files: not the plain name of a file in this folder: " + InputErrors.quote(name));
    }
  }
}
