package io.centroid.data.texts;

import io.centroid.error.InputErrors;
import io.centroid.io.HadoopFiles;
import io.centroid.io.decoding.DecodedFiles;
import io.centroid.io.decoding.DecodingLimit;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The class names of labeled texts; a class's number is its index in the list. */
public final class ClassNames implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Maximum number of classes, since a confusion matrix is quadratic in it. */
  public static final int MOST = 1000;

  private static final int SHOWN = 10;

  private final String[] names;
  private final HashMap<String, Integer> numbers = new HashMap<>();

  /** Distinct names in the order of their numbers. */
  public ClassNames(List<String> names) {
    this.names = names.toArray(String[]::new);
    for (int number = 0; number < this.names.length; number++) {
      numbers.put(this.names[number], number);
    }
    if (numbers.size() != this.names.length) {
      throw new IllegalArgumentException("duplicate class name");
    }
  }

  /**
   * Collects the distinct labels of a file, sorted: integers by value, other labels by their
   * characters. Reads the whole file.
   *
   * @throws io.centroid.error.InputException if the file is damaged, has no labels, or does not
   *     have 2 to {@link #MOST} distinct ones
   */
  public static ClassNames in(
      HadoopFiles files, String path, TextColumns columns, DecodingLimit decoded) {
    TreeSet<String> found = new TreeSet<>();
    try (TextRecords records = TextRecords.open(new DecodedFiles(files), path, columns, decoded)) {
      if (!records.labeled()) {
        throw InputErrors.of(
            path, "no labels in '" + columns.label() + "' (column or field by data.texts.label)");
      }
      for (LabeledText record = records.next(); record != null; record = records.next()) {
        String label = record.label();
        if (label != null && found.add(label) && found.size() > MOST) {
          throw InputErrors.of(
              path,
              "line " + record.line() + ": labels",
              "at most " + MOST + " distinct ones (data.texts.label selects the column)",
              "more");
        }
      }
    }
    if (found.size() < 2) {
      throw InputErrors.of(path, "labels", "at least two distinct ones", "one");
    }
    boolean counted = found.stream().allMatch(name -> name.matches("0|[1-9][0-9]*"));
    return new ClassNames(
        found.stream()
            .sorted(
                counted ? Comparator.comparing(BigInteger::new) : Comparator.<String>naturalOrder())
            .toList());
  }

  public List<String> names() {
    return List.of(names);
  }

  public int count() {
    return names.length;
  }

  /** The number of a class, or -1 if the name is unknown. */
  int number(String name) {
    return ((Map<String, Integer>) numbers).getOrDefault(name, -1);
  }

  @Override
  public String toString() {
    String shown =
        String.join(", ", names().stream().limit(SHOWN).map(InputErrors::shorten).toList());
    return names.length > SHOWN ? shown + ", ..." : shown;
  }
}
