package io.centroid.data.texts;

import io.centroid.InputErrors;
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

/** The classes of texts by name; a class's number is its place in the list. */
public final class ClassNames implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Most classes: a confusion matrix has the square of it. */
  public static final int MOST = 1000;

  private static final int SHOWN = 10;

  private final String[] names;
  private final HashMap<String, Integer> numbers = new HashMap<>();

  /** Names in the order of their numbers, which differ. */
  public ClassNames(List<String> names) {
    this.names = names.toArray(String[]::new);
    for (int number = 0; number < this.names.length; number++) {
      numbers.put(this.names[number], number);
    }
    if (numbers.size() != this.names.length) {
      throw new IllegalArgumentException("a class name is there twice");
    }
  }

  /**
   * The labels of a file, sorted: whole numbers by size, other labels by their characters. Reads it
   * to its end.
   *
   * @throws io.centroid.InputException if the file is damaged, has no labels, or not from 2 to
   *     {@link #MOST} different ones
   */
  public static ClassNames in(
      HadoopFiles files, String path, TextColumns columns, DecodingLimit decoded) {
    TreeSet<String> found = new TreeSet<>();
    try (TextRecords records = TextRecords.open(new DecodedFiles(files), path, columns, decoded)) {
      if (!records.labeled()) {
        throw InputErrors.of(
            path,
            "no labels in '" + columns.label() + "' (data.texts.label names column or field)");
      }
      for (LabeledText record = records.next(); record != null; record = records.next()) {
        String label = record.label();
        if (label != null && found.add(label) && found.size() > MOST) {
          throw InputErrors.of(
              path,
              "line " + record.line() + ": labels",
              "at most " + MOST + " different ones (data.texts.label names them)",
              "more");
        }
      }
    }
    if (found.size() < 2) {
      throw InputErrors.of(path, "labels", "at least two different ones", "one");
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

  /** A class's number, or -1 if there is none of this name. */
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
