package io.centroid.chaos;

import io.centroid.io.HadoopPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.protocol.OpenFileEntry;

/** Finds files and processes that were left behind by killed processes. */
final class Leftovers {
  private Leftovers() {}

  /**
   * Hidden folders of unfinished checkpoints, and files that are still open for a writer on HDFS.
   */
  static List<String> onHdfs(FileSystem hdfs, String runs) throws IOException {
    List<String> found = new ArrayList<>();
    for (FileStatus run : hdfs.listStatus(HadoopPath.parse(runs))) {
      org.apache.hadoop.fs.Path checkpoints =
          new org.apache.hadoop.fs.Path(run.getPath(), "checkpoints");
      for (FileStatus file : hdfs.listStatus(checkpoints)) {
        if (file.getPath().getName().startsWith(".inprogress-")) {
          found.add("unfinished checkpoint " + file.getPath());
        }
      }
    }
    if (hdfs instanceof DistributedFileSystem distributed) {
      RemoteIterator<OpenFileEntry> open = distributed.listOpenFiles();
      while (open.hasNext()) {
        OpenFileEntry file = open.next();
        found.add(file.getFilePath() + " is open for " + file.getClientName());
      }
    }
    return found;
  }

  /** Files in the temporary folder after all processes have ended. */
  static List<String> files(Path temporary) {
    if (!Files.isDirectory(temporary)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(temporary)) {
      return files
          // The JVM's performance counters, which the next JVM of this user removes.
          .filter(file -> !file.getFileName().toString().startsWith("hsperfdata_"))
          .map(file -> "temporary " + file)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Processes whose working folder or command line is in the folder, except for this process and
   * its ancestors.
   */
  static List<String> processes(Path folder) {
    List<ProcessHandle> callers =
        Stream.iterate(
                Optional.of(ProcessHandle.current()),
                Optional::isPresent,
                process -> process.flatMap(ProcessHandle::parent))
            .map(Optional::orElseThrow)
            .toList();
    return ProcessHandle.allProcesses()
        .filter(process -> !callers.contains(process))
        .filter(process -> belongs(process, folder))
        .map(
            process ->
                "process "
                    + process.pid()
                    + ": "
                    + process.info().commandLine().orElse("(unknown)").strip())
        .toList();
  }

  private static boolean belongs(ProcessHandle process, Path folder) {
    Path proc = Path.of("/proc", String.valueOf(process.pid()));
    try {
      return Files.readSymbolicLink(proc.resolve("cwd")).startsWith(folder)
          || Files.readString(proc.resolve("cmdline")).contains(folder.toString());
    } catch (IOException endedOrAnothers) {
      return false;
    }
  }
}
