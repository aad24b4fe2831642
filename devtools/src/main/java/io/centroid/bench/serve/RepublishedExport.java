package io.centroid.bench.serve;

import io.centroid.export.ExportDescription;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A copy of an export that can be republished as a new version by changing its description. */
final class RepublishedExport {
  private final Path folder;
  private final ExportDescription export;

  private RepublishedExport(Path folder, ExportDescription export) {
    this.folder = folder;
    this.export = export;
  }

  static RepublishedExport copy(HadoopFiles files, String from, Path folder) throws IOException {
    org.apache.hadoop.fs.Path source = files.path(from);
    ExportDescription export = ExportDescription.read(files, source);
    Files.createDirectory(folder);
    for (String name : export.files().keySet()) {
      try (InputStream in = files.open(HadoopPath.child(source, name))) {
        Files.copy(in, folder.resolve(name));
      }
    }
    RepublishedExport copy = new RepublishedExport(folder, export);
    copy.publish(0);
    return copy;
  }

  /** Publishes a new version of the same network. */
  void publish(int number) throws IOException {
    ExportDescription other =
        new ExportDescription(
            export.format(),
            export.weights(),
            export.cache(),
            export.architecture(),
            export.task(),
            new ExportDescription.Source(
                export.source().path() + "#" + number, export.source().parametersSha256()),
            export.inputs(),
            export.outputs(),
            export.preprocessing(),
            export.labels(),
            export.columns(),
            export.target(),
            export.files(),
            export.verification(),
            export.encryption());
    Path made = folder.resolve(".next");
    Files.write(made, other.toJson());
    Files.move(
        made,
        folder.resolve(ExportDescription.FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
