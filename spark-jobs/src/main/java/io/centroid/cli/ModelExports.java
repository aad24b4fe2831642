package io.centroid.cli;

import io.centroid.encryption.EncryptionKey;
import io.centroid.error.InputException;
import io.centroid.export.ExportFormat;
import io.centroid.export.ExportListener;
import io.centroid.export.ExportRequest;
import io.centroid.export.ModelExporter;
import io.centroid.io.HadoopFiles;
import io.centroid.model.TrainedModel;
import io.centroid.onnx.OnnxJar;
import io.centroid.retrain.Exporter;
import io.centroid.run.data.DataChoice;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/** The export formats of {@code retrain}. */
record ModelExports(HadoopFiles files, Consumer<String> notes) implements Exporter {

  /**
   * Checks the export formats before training starts.
   *
   * @throws InputException if a format is unknown, or ONNX Runtime is missing
   */
  static void require(List<String> forms) {
    for (String form : forms) {
      if (form(form) == ExportFormat.ONNX) {
        OnnxJar.require();
      }
    }
  }

  /**
   * Checks that no export of encrypted checkpoints would be plain.
   *
   * @throws InputException if there is a key, and a format other than ONNX
   */
  void requireEncrypted(List<String> forms) {
    for (String form : forms) {
      if (isEncrypted() && form(form) != ExportFormat.ONNX) {
        throw new InputException(
            "retrain.exports must be [onnx] with encryption.key, since other formats are not"
                + " encrypted: "
                + form);
      }
    }
  }

  private boolean isEncrypted() {
    return EncryptionKey.configured(files.configuration()).isPresent();
  }

  @Override
  public void export(String form, Path checkpoint, List<String> data, Path folder)
      throws IOException {
    ExportRequest request =
        ExportRequest.of(
                files,
                TrainedModel.load(files, checkpoint.toString(), false, Centroid.ENGINES),
                folder,
                form(form))
            .withOverwrite(true)
            .withEncrypted(isEncrypted())
            .withData(new DataChoice(true, data));
    ModelExporter.export(
        request,
        new ExportListener() {
          @Override
          public void onNote(String note) {
            notes.accept(note);
          }
        });
  }

  private static ExportFormat form(String key) {
    for (ExportFormat form : ExportFormat.values()) {
      if (form.key().equals(key)) {
        return form;
      }
    }
    throw new InputException(
        "retrain.exports must be a list of %s: %s"
            .formatted(
                Arrays.stream(ExportFormat.values())
                    .map(ExportFormat::key)
                    .collect(Collectors.joining(", ")),
                key));
  }
}
