package io.centroid.cli.doctor;

import io.centroid.io.HadoopPath;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What happens when a folder is created and written to: a small hidden file in it is written,
 * renamed and deleted. A folder that did not exist is removed again.
 *
 * @param existed whether the folder existed
 * @param ahead by how much the clock of the file system is ahead of this machine's
 */
record FolderProbe(boolean existed, Duration ahead) {

  /**
   * Tries.
   *
   * @throws IOException if an operation fails; the file is removed
   */
  static FolderProbe of(Storage storage, Path folder) throws IOException {
    FileSystem files = storage.fileSystem();
    List<Path> missing = missing(storage, folder);
    try {
      storage.createFolder(folder);
      String name = ".centroid-doctor-" + UUID.randomUUID();
      Path written = HadoopPath.child(folder, name);
      Path renamed = HadoopPath.child(folder, name + "-renamed");
      try {
        long before = System.currentTimeMillis();
        storage.write(written, out -> out.write(new byte[] {'c'}));
        long after = System.currentTimeMillis();
        long there = storage.status(written).getModificationTime();
        storage.renameFile(written, renamed);
        long behind = Math.min(0, there - before);
        return new FolderProbe(
            missing.isEmpty(), Duration.ofMillis(behind + Math.max(0, there - after)));
      } finally {
        storage.delete(written);
        storage.delete(renamed);
      }
    } finally {
      for (Path created : missing) {
        removeIfEmpty(files, created);
      }
    }
  }

  /** The folder and its parents that do not exist, the deepest first. */
  private static List<Path> missing(Storage storage, Path folder) throws IOException {
    List<Path> missing = new ArrayList<>();
    for (Path path = folder; path != null && !storage.exists(path); path = path.getParent()) {
      missing.add(path);
    }
    return missing;
  }

  /** Removes a folder unless a run has begun to write to it meanwhile. */
  private static void removeIfEmpty(FileSystem files, Path folder) {
    try {
      boolean unused = files.delete(folder, false);
    } catch (IOException e) {
      // It is not empty, or could not be created.
    }
  }
}
