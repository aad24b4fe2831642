package io.centroid.checkpoint;

import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.checkpoint.safetensors.SafetensorsWriter;
import io.centroid.checkpoint.safetensors.TensorInfo;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.encryption.FileCipher;
import io.centroid.error.InputException;
import io.centroid.io.ByteSource;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.HadoopSource;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.Storage;
import io.centroid.io.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a checkpoint for tasks on any machine, which write and read files of their own
 * there.
 *
 * @param places paths under which the folder may be found, such as those before and after the
 *     commit
 * @param cipher encryption of the files, with its key: never stored or logged
 */
public record TensorFolder(HadoopFiles files, List<String> places, FileCipher cipher)
    implements Serializable {
  public TensorFolder {
    places = List.copyOf(places);
  }

  /** A folder whose files are not encrypted. */
  public TensorFolder(HadoopFiles files, List<String> places) {
    this(files, places, FileCipher.NONE);
  }

  /** The folder of a committed checkpoint, of which {@link #verify} needs no key. */
  public static TensorFolder of(HadoopFiles files, Path checkpoint) {
    return new TensorFolder(files, List.of(checkpoint.toString()));
  }

  /**
   * The folder of a committed checkpoint, to read it.
   *
   * @throws InputException if it is encrypted and the key is missing or another one
   */
  public static TensorFolder of(HadoopFiles files, Path checkpoint, Manifest manifest) {
    return new TensorFolder(
        files,
        List.of(checkpoint.toString()),
        manifest.cipher(checkpoint + "/" + Manifest.FILE, files.configuration()));
  }

  /** Whether this machine sees the folder; a local disk is seen by one machine only. */
  public boolean isVisible() throws IOException {
    for (String place : places) {
      Path folder = HadoopPath.parse(place);
      if (Storage.of(files, folder).exists(folder)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Writes a file atomically into the first place. A task that runs again, even concurrently,
   * replaces a plain file by an identical one. No two encrypted files are identical, so an
   * encrypted one stays and is the result of all its writers. On object stores that holds for
   * repeated attempts only: the last of concurrent ones wins.
   */
  public StoredFile write(String name, List<TensorSlice> tensors) throws IOException {
    Path file = HadoopPath.child(HadoopPath.parse(places.get(0)), name);
    Storage storage = Storage.of(files, file);
    Storage.Content content =
        cipher.encrypting(name, out -> SafetensorsWriter.write(out, tensors, Map.of()));
    AtomicFile target = AtomicFile.ofManyWriters(storage, file);
    if (!cipher.isOn()) {
      return target.write(content);
    }
    Optional<StoredFile> written = target.writeIfAbsent(content);
    if (written.isPresent()) {
      return written.get();
    }
    return isAuthentic(storage, file, name) ? storage.hash(file) : target.write(content);
  }

  /** False for a leftover of an earlier draft, which had another data key. */
  private boolean isAuthentic(Storage storage, Path file, String name) throws IOException {
    try (HadoopSource source = new HadoopSource(storage.fileSystem(), file);
        ByteSource plain = cipher.decrypting(name, source)) {
      FileCipher.requireEnd(plain);
      return true;
    } catch (InputException e) {
      return false;
    }
  }

  /**
   * Reads a file's tensors by name, in file order, and verifies the file.
   *
   * @throws InputException if it is missing or differs
   */
  public Map<String, TensorSlice> read(String name, StoredFile expected) throws IOException {
    return found(
        name,
        (storage, file) -> {
          try (HashingSource source = HashingSource.open(storage, file, expected);
              ByteSource plain = cipher.decrypting(name, source);
              SafetensorsReader reader = new SafetensorsReader(plain)) {
            Map<String, TensorSlice> tensors = tensors(reader, tensor -> true);
            FileCipher.requireEnd(plain);
            source.requireSha256();
            return tensors;
          }
        });
  }

  /**
   * Reads some of a file's tensors by name, in file order, without comparing the file with the
   * manifest.
   */
  public Map<String, TensorSlice> read(String name, Predicate<String> wanted) throws IOException {
    return found(
        name,
        (storage, file) -> {
          try (HadoopSource source = new HadoopSource(storage.fileSystem(), file);
              ByteSource plain = cipher.decrypting(name, source);
              SafetensorsReader reader = new SafetensorsReader(plain)) {
            Map<String, TensorSlice> tensors = tensors(reader, wanted);
            FileCipher.requireEnd(plain);
            return tensors;
          }
        });
  }

  /**
   * Reads a whole file and verifies it.
   *
   * @throws InputException if it is missing or differs
   */
  public void verify(String name, StoredFile expected) throws IOException {
    found(
        name,
        (storage, file) -> {
          try (HashingSource source = HashingSource.open(storage, file, expected)) {
            source.requireSha256();
            return true;
          }
        });
  }

  static Map<String, TensorSlice> tensors(SafetensorsReader reader, Predicate<String> wanted)
      throws IOException {
    Map<String, TensorSlice> tensors = new LinkedHashMap<>();
    for (TensorInfo tensor : reader.tensors()) {
      if (wanted.test(tensor.name())) {
        float[] values = reader.readFloats(tensor.name());
        tensors.put(tensor.name(), new TensorSlice(tensor.name(), tensor.shape(), values, 0));
      }
    }
    return tensors;
  }

  private interface Read<T> {
    T from(Storage storage, Path file) throws IOException;
  }

  private <T> T found(String name, Read<T> read) throws IOException {
    // The first place again at the end: a commit may rename the folder between two looks.
    for (int look = 0; look <= places.size(); look++) {
      Path file = HadoopPath.child(HadoopPath.parse(places.get(look % places.size())), name);
      try {
        return read.from(Storage.of(files, file), file);
      } catch (FileNotFoundException e) {
        // The next place.
      }
    }
    Path last = HadoopPath.child(HadoopPath.parse(places.get(places.size() - 1)), name);
    throw new InputException(
        last
            + ": missing, expected the state of a worker; executors on several machines need a"
            + " run.dir that all of them share");
  }
}
