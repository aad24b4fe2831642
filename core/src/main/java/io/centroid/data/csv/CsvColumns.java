package io.centroid.data.csv;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The columns of a file by their meaning.
 *
 * @param slots for each column of the file its index among an example's values, {@link #TARGET} or
 *     {@link #SKIPPED}
 * @param features names of the feature columns in the order of an example's values
 * @param labeled whether the file has the target column, and it is read
 * @param extra names of columns that are neither features nor target nor ignored
 * @param indexes names of columns that are left out as row indexes; empty for one without a name
 */
record CsvColumns(
    CsvHeader header,
    int[] slots,
    List<String> features,
    boolean labeled,
    List<String> extra,
    List<String> indexes) {
  static final int TARGET = -1;
  static final int SKIPPED = -2;

  /** What pandas calls a row index that it wrote without a name, when it reads it as a column. */
  private static final Pattern UNNAMED = Pattern.compile("Unnamed: 0(\\.\\d+)?");

  /**
   * Finds the columns by name.
   *
   * @throws InputException if a feature column is missing, or a name is not unique
   */
  static CsvColumns of(CsvHeader header, CsvFormat format) {
    List<String> names = header.names();
    Map<String, Integer> places = new HashMap<>();
    Map<String, Integer> again = new HashMap<>();
    for (int column = 0; column < names.size(); column++) {
      if (places.putIfAbsent(names.get(column), column) != null) {
        again.putIfAbsent(names.get(column), column);
      }
    }
    Set<String> ignored = new HashSet<>(format.ignored());
    List<String> features =
        format.columns().isEmpty()
            ? all(header, format.target(), ignored, places)
            : format.columns();
    int[] slots = new int[names.size()];
    Arrays.fill(slots, SKIPPED);
    requireUnique(header, format.target(), again);
    Integer target = places.get(format.target());
    boolean labeled = false;
    if (target != null && format.labels()) {
      slots[target] = TARGET;
      labeled = true;
    }
    for (int feature = 0; feature < features.size(); feature++) {
      String name = features.get(feature);
      Integer column = places.get(name);
      if (column == null) {
        throw missing(header, features, name, places);
      }
      requireUnique(header, name, again);
      slots[column] = feature;
    }
    List<String> extra = new ArrayList<>();
    List<String> indexes = new ArrayList<>();
    for (int column = 0; column < slots.length; column++) {
      String name = names.get(column);
      if (slots[column] == SKIPPED && !ignored.contains(name) && !name.equals(format.target())) {
        (isIndex(header, name) ? indexes : extra).add(name);
      }
    }
    return new CsvColumns(header, slots, features, labeled, extra, indexes);
  }

  /** Whether a column is a row index by its name, as pandas and R write it by default. */
  private static boolean isIndex(CsvHeader header, String name) {
    return UNNAMED.matcher(name).matches()
        || (name.isEmpty()
            && header.names().indexOf("") == 0
            && header.names().lastIndexOf("") == 0);
  }

  /**
   * The index of a column that an option names.
   *
   * @throws InputException if there is none of this name, or more than one
   */
  static int index(CsvHeader header, String name, String option) {
    int first = header.names().indexOf(name);
    if (first < 0) {
      throw unnamed(header, name, option);
    }
    int last = header.names().lastIndexOf(name);
    requireUnique(header, name, last > first ? Map.of(name, last) : Map.of());
    return first;
  }

  /** The error for a file without the target column. */
  static InputException withoutTarget(CsvHeader header, String target) {
    return unnamed(header, target, "data.csv.target")
        .about(NearestName.setting("data.csv.target", target, header.names()));
  }

  /** The error for a file without a column that a setting names. */
  private static InputException unnamed(CsvHeader header, String name, String key) {
    return absent(
        header,
        name.isEmpty()
            ? key + " is empty"
            : "no column " + NearestName.quote(name) + ", which " + key + " names",
        NearestName.among(name, List.of(), header.names(), "columns"));
  }

  private static List<String> all(
      CsvHeader header, String target, Set<String> ignored, Map<String, Integer> places) {
    for (String name : ignored) {
      if (!places.containsKey(name)) {
        throw unnamed(header, name, "data.csv.ignore").about("data.csv.ignore");
      }
    }
    List<String> features =
        header.names().stream()
            .filter(name -> !name.equals(target) && !ignored.contains(name))
            .filter(name -> !isIndex(header, name))
            .toList();
    if (features.isEmpty()) {
      throw InputErrors.of(
          header.path(),
          "line " + header.line(),
          "a column other than the target '"
              + target
              + "', a row index and those of data.csv.ignore",
          "none");
    }
    return features;
  }

  private static void requireUnique(CsvHeader header, String name, Map<String, Integer> again) {
    Integer second = again.get(name);
    if (second != null) {
      throw InputErrors.of(
          header.path(),
          String.format(
              Locale.ROOT,
              "line %d, column %d: duplicate column %s, expected one",
              header.line(),
              second + 1,
              NearestName.quote(name)));
    }
  }

  private static InputException missing(
      CsvHeader header, List<String> features, String name, Map<String, Integer> places) {
    Set<String> wanted = new HashSet<>(features);
    List<String> unused = header.names().stream().filter(other -> !wanted.contains(other)).toList();
    long more = features.stream().filter(other -> !places.containsKey(other)).count() - 1;
    return absent(
        header,
        "no column "
            + NearestName.quote(name)
            + (more > 0 ? " and " + more + " more" : "")
            + ", expected the columns of the training data",
        NearestName.among(name, unused, header.names(), "columns"));
  }

  /**
   * An error that shows the names in the header, which may be the cells of a row.
   *
   * @param names end of the message
   */
  private static InputException absent(CsvHeader header, String what, String names) {
    String place = "line " + header.line() + ": " + what;
    return InputErrors.of(header.path(), place + "; " + names)
        .orConcealed(InputErrors.of(header.path(), place));
  }
}
