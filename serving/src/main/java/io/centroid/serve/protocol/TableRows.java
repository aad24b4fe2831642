package io.centroid.serve.protocol;

import io.centroid.error.InputErrors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows of a table whose columns a request gives by name, each as an input of its own. */
final class TableRows {
  private TableRows() {}

  /** Whether a request gives columns, not the model's own input. */
  static boolean isGivenBy(InferRequest request, ModelDescription model) {
    List<Tensor> inputs = request.inputs();
    return !model.columns().isEmpty()
        && model.inputs().size() == 1
        && (inputs.size() > 1 || !inputs.get(0).name().equals(model.inputs().get(0).name()));
  }

  /** The model's input: its columns are found by name, in any order. */
  static Tensor of(InferRequest request, ModelDescription model) {
    Map<String, Tensor> given = new HashMap<>();
    for (Tensor column : request.inputs()) {
      if (given.put(column.name(), column) != null) {
        throw RejectedRequestException.malformed(
            "column " + InputErrors.quote(column.name()) + " occurs twice");
      }
    }
    int rows = request.inputs().get(0).size();
    List<Tensor> columns = new ArrayList<>(model.columns().size());
    for (String name : model.columns()) {
      columns.add(column(given.remove(name), name, rows, model));
    }
    if (!given.isEmpty()) {
      String unknown = given.keySet().iterator().next();
      throw RejectedRequestException.malformed(
          "column " + InputErrors.quote(unknown) + " is unknown" + order(model));
    }
    String input = model.inputs().get(0).name();
    return new Tensor.Floats(input, List.of((long) rows, (long) columns.size()), joined(columns));
  }

  private static Tensor column(
      @Nullable Tensor column, String name, int rows, ModelDescription model) {
    if (column == null) {
      throw RejectedRequestException.malformed(
          "column " + InputErrors.quote(name) + " is missing" + order(model));
    }
    List<Long> shape = column.shape();
    if (!shape.equals(List.of((long) rows)) && !shape.equals(List.of((long) rows, 1L))) {
      throw RejectedRequestException.malformed(
          String.format(
              Locale.ROOT,
              "column %s: expected shape [%d] or [%d, 1], found %s",
              InputErrors.quote(name),
              rows,
              rows,
              shape));
    }
    return column;
  }

  private static float[] joined(List<Tensor> columns) {
    int width = columns.size();
    float[] values = new float[columns.get(0).size() * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(columns.get(i % width), i / width);
    }
    return values;
  }

  private static float number(Tensor column, int row) {
    return column instanceof Tensor.Floats floats
        ? floats.values()[row]
        : ((Tensor.Longs) column).values()[row];
  }

  private static String order(ModelDescription model) {
    return ", expected the columns "
        + model.columns()
        + " by name, or "
        + model.inputs().get(0).name()
        + " with all of them in this order";
  }
}
