package io.centroid.huggingface;

import io.centroid.checkpoint.safetensors.SafetensorsReader;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of a model directory.
 *
 * @param files access to the file system
 * @param path path of the directory
 * @param names names of the files
 */
record ModelFiles(HadoopFiles files, Path path, Set<String> names) {

  /** Lists a directory. */
  static ModelFiles of(HadoopFiles files, Path given) {
    Path path = withoutLastSlash(given);
    if (!files.status(path).isDirectory()) {
      throw new InputException(path + ": is a file, expected a model directory");
    }
    Set<String> names =
        files.list(path).stream()
            .filter(FileStatus::isFile)
            .map(entry -> entry.getPath().getName())
            .collect(Collectors.toUnmodifiableSet());
    return new ModelFiles(files, path, names);
  }

  /**
   * Removes the trailing slash, which a path from a URI keeps and which leaves it without a name.
   */
  static Path withoutLastSlash(Path path) {
    return HadoopPath.parse(path.toString());
  }

  boolean has(String name) {
    return names.contains(name);
  }

  /** Path of a file for messages. */
  String name(String file) {
    return file(file).toString();
  }

  /**
   * Reads a small file.
   *
   * @throws InputException if it is missing, or longer than {@code most} bytes
   */
  byte[] read(String name, int most) {
    return files.read(file(name), most);
  }

  /** Opens a tensor file; a local one can be memory-mapped. */
  SafetensorsReader open(String name) throws IOException {
    Path file = file(name);
    if (!files.status(file).isFile()) {
      throw new InputException(file + ": is a directory, expected a file");
    }
    FileSystem fileSystem = files.fileSystem(file);
    return fileSystem.getUri().getScheme().equals("file")
        ? SafetensorsReader.open(
            java.nio.file.Path.of(fileSystem.makeQualified(file).toUri().getPath()))
        : SafetensorsReader.open(fileSystem, file);
  }

  private Path file(String name) {
    return HadoopPath.child(path, name);
  }
}
