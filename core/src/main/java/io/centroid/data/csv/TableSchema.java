package io.centroid.data.csv;

import io.centroid.error.InputErrors;
import io.centroid.io.Json;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the columns of a table mean to a model.
 *
 * @param features names of the feature columns, in the order of an example's values
 * @param target name of the target column
 * @param classes class names in the order of their numbers; empty if the labels are class numbers,
 *     or the targets of a regression
 */
public record TableSchema(List<String> features, String target, List<String> classes)
    implements Serializable {
  /** Key of the feature columns, in the order of the inputs, where a model's metadata has them. */
  public static final String COLUMNS = "columns";

  /** Key of the target column there. */
  public static final String TARGET = "target";

  /** Maximum number of columns in a line for people. */
  private static final int MOST_SHOWN = 100;

  public TableSchema {
    features = List.copyOf(features);
    classes = List.copyOf(classes);
    Json.require(!features.isEmpty() && distinct(features), "features", "different names");
    Json.require(classes.size() != 1 && distinct(classes), "classes", "different names");
  }

  /** The feature columns in the order of a model's inputs, for people; many are cut. */
  public String inputOrder() {
    String shown =
        features.stream()
            .limit(MOST_SHOWN)
            .map(name -> "'" + InputErrors.oneLine(name) + "'")
            .collect(Collectors.joining(", "));
    int more = features.size() - MOST_SHOWN;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }

  private static boolean distinct(List<String> names) {
    return new HashSet<>(names).size() == names.size();
  }
}
