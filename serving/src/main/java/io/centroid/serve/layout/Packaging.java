package io.centroid.serve.layout;

import io.centroid.error.InputException;
import io.centroid.export.ExportDescription;
import io.centroid.export.ExportFormat;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.storage.AtomicDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.hadoop.fs.Path;

/** Packages an export for another inference server. */
public final class Packaging {
  private Packaging() {}

  /**
   * Copies the verified files of an export and writes the server's configuration files.
   *
   * @return the written folder
   * @throws InputException if the export is not in ONNX or is damaged, or the folder exists
   */
  public static Path write(PackageRequest request, Layout layout) throws IOException {
    HadoopFiles files = request.files();
    ExportDescription export = ExportDescription.read(files, request.export());
    if (export.format() != ExportFormat.ONNX) {
      throw new InputException(
          request.export()
              + " is an export to "
              + export.format()
              + ": package supports onnx only");
    }
    if (export.encryption() != null) {
      throw new InputException(
          request.export()
              + " is encrypted, and other servers cannot read it: export without"
              + " --encrypt");
    }
    export.requireFiles(files, request.export());
    Map<String, String> texts = layout.texts(request, export);
    AtomicDirectory folder =
        AtomicDirectory.of(files, request.out(), false, ExportDescription.FILE);
    folder.write(
        false,
        target -> {
          String models = layout.modelFolder(request) + "/";
          for (String name : export.files().keySet()) {
            copy(files, HadoopPath.child(request.export(), name), target, models + name);
          }
          copy(
              files,
              new Path(request.export(), ExportDescription.FILE),
              target,
              models + ExportDescription.FILE);
          for (Map.Entry<String, String> text : texts.entrySet()) {
            target.write(text.getKey(), text.getValue().getBytes(StandardCharsets.UTF_8));
          }
        });
    return folder.target();
  }

  private static void copy(HadoopFiles files, Path from, AtomicDirectory.Draft target, String name)
      throws IOException {
    try (InputStream in = files.open(from)) {
      target.write(name, in::transferTo);
    }
  }
}
