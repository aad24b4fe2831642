package io.centroid.data.csv;

import io.centroid.io.Json;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;

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
  public TableSchema {
    features = List.copyOf(features);
    classes = List.copyOf(classes);
    Json.require(!features.isEmpty() && distinct(features), "features", "different names");
    Json.require(classes.size() != 1 && distinct(classes), "classes", "different names");
  }

  private static boolean distinct(List<String> names) {
    return new HashSet<>(names).size() == names.size();
  }
}
