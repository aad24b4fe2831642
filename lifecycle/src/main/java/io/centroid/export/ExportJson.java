package io.centroid.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.InputErrors;
import io.centroid.export.verify.Verification;
import io.centroid.io.ChecksummedJson;
import io.centroid.io.Json;
import io.centroid.onnx.OnnxGraph;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The form of {@link ExportDescription}'s file. */
public record ExportJson(
    int formatVersion,
    ExportForm format,
    WeightType weights,
    boolean cache,
    String architecture,
    Task task,
    @Nullable Integer opset,
    @Nullable Integer irVersion,
    ExportDescription.Source source,
    List<ExportDescription.Port> inputs,
    List<ExportDescription.Port> outputs,
    ExportDescription.Preprocessing preprocessing,
    List<String> labels,
    Map<String, ExportDescription.StoredFile> files,
    Verification verification) {
  private static final int VERSION = 1;
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");

  public ExportJson {
    Json.require(formatVersion == VERSION, "formatVersion", String.valueOf(VERSION));
    for (String name : files.keySet()) {
      // It becomes a path.
      if (!FILE_NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "files: expected plain names of files, found " + InputErrors.quote(name));
      }
    }
  }

  private static ExportJson of(ExportDescription export) {
    boolean isOnnx = export.form() == ExportForm.ONNX;
    return new ExportJson(
        VERSION,
        export.form(),
        export.weights(),
        export.cache(),
        export.architecture(),
        export.task(),
        isOnnx ? Integer.valueOf(OnnxGraph.OPSET) : null,
        isOnnx ? Integer.valueOf(OnnxGraph.IR_VERSION) : null,
        export.source(),
        export.inputs(),
        export.outputs(),
        export.preprocessing(),
        export.labels(),
        export.files(),
        export.verification());
  }

  private ExportDescription export() {
    return new ExportDescription(
        format,
        weights,
        cache,
        architecture,
        task,
        source,
        inputs,
        outputs,
        preprocessing,
        labels,
        files,
        verification);
  }

  /** The description as an object with the file's keys but its checksum. */
  public static ObjectNode toJson(ExportDescription export) {
    return Json.tree(of(export));
  }

  static byte[] write(ExportDescription export) {
    return ChecksummedJson.write(of(export));
  }

  /**
   * Parses a file.
   *
   * @param file what to call it in messages
   * @throws io.centroid.InputException one line that names the file, the place, what was expected
   *     and found
   */
  public static ExportDescription parse(String file, byte[] content) {
    return ChecksummedJson.read(file, content, ExportJson.class, ExportJson::export);
  }
}
