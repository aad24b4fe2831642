package io.centroid.huggingface;

import io.centroid.InputException;
import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of one directory.
 *
 * @param names of the files that are there
 */
record ModelFiles(HadoopFiles files, Path path, Set<String> names) {

  /** Lists a directory. */
  static ModelFiles of(HadoopFiles files, Path given) {
    Path path = withoutLastSlash(given);
    if (!files.status(path).isDirectory()) {
      throw new InputException(path + ": a file, expected a model's directory");
    }
    Set<String> names =
        files.list(path).stream()
            .filter(FileStatus::isFile)
            .map(entry -> entry.getPath().getName())
            .collect(Collectors.toUnmodifiableSet());
    return new ModelFiles(files, path, names);
  }

  /** A path made of a URI keeps its last slash, and then has no name. */
  static Path withoutLastSlash(Path path) {
    return new Path(path.toString());
  }

  boolean has(String name) {
    return names.contains(name);
  }

  /** The name of a file in messages. */
  String name(String file) {
    return file(file).toString();
  }

  /**
   * A whole small file.
   *
   * @throws InputException if it is missing, or longer than {@code most} bytes
   */
  byte[] read(String name, int most) {
    return files.read(file(name), most);
  }

  /** Opens a tensor file, such that its tensors can be mapped if it lies on this machine. */
  SafetensorsReader open(String name) throws IOException {
    Path file = file(name);
    if (!files.status(file).isFile()) {
      throw new InputException(file + ": a directory, expected a file");
    }
    FileSystem fileSystem = files.fileSystem(file);
    return fileSystem.getUri().getScheme().equals("file")
        ? SafetensorsReader.open(
            java.nio.file.Path.of(fileSystem.makeQualified(file).toUri().getPath()))
        : SafetensorsReader.open(fileSystem, file);
  }

  private Path file(String name) {
    return new Path(path, name);
  }
}
