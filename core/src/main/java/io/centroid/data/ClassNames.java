package io.centroid.data;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.NearestName;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The class names of labeled examples; a class's number is its index in the list. */
public final class ClassNames implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Maximum number of classes, since a confusion matrix is quadratic in it. */
  public static final int MOST = 1000;

  private static final int SHOWN = 10;

  /** A whole number, perhaps with a sign and a fraction of zeros as pandas writes it. */
  private static final Pattern WHOLE = Pattern.compile("([+-]?)(0|[1-9]\\d*)(\\.0*)?");

  private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)");

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

  /** The name of a label: a whole number without its sign + and a fraction of zeros. */
  public static String name(String label) {
    char first = label.isEmpty() ? ' ' : label.charAt(0);
    if (first > '9') {
      return label;
    }
    Matcher whole = WHOLE.matcher(label);
    if (!whole.matches()) {
      return label;
    }
    boolean negative = whole.group(1).equals("-") && !whole.group(2).equals("0");
    return (negative ? "-" : "") + whole.group(2);
  }

  /**
   * The class numbers of a data set, for messages.
   *
   * @param classes number of classes; 0 if unknown
   */
  public static String range(int classes) {
    return classes > 0
        ? "0.." + (classes - 1)
        : "0.." + (MOST - 1) + " (at most " + MOST + " classes)";
  }

  /**
   * A class for messages: its name in quotes, or its number.
   *
   * @param names class names in the order of their numbers; empty if classes are numbers
   */
  public static String shown(List<String> names, int number) {
    return number < names.size() ? NearestName.quote(names.get(number)) : Integer.toString(number);
  }

  public List<String> names() {
    return List.of(names);
  }

  public int count() {
    return names.length;
  }

  /** The number of a class, or -1 if the name is unknown. */
  public int number(String name) {
    return ((Map<String, Integer>) numbers).getOrDefault(name, -1);
  }

  @Override
  public String toString() {
    String shown =
        String.join(", ", names().stream().limit(SHOWN).map(InputErrors::shorten).toList());
    return names.length > SHOWN ? shown + ", ..." : shown;
  }

  /** Collects the distinct labels of a data set. */
  public static final class Found {
    private final String path;
    private final String key;
    private final TreeSet<String> names = new TreeSet<>();

    /**
     * @param path file for messages
     * @param key key that selects the column of the labels, for messages
     */
    public Found(String path, String key) {
      this.path = path;
      this.key = key;
    }

    /** Adds the name of a label; false if there are more than {@link #MOST}. */
    public boolean add(String name) {
      if (names.size() < MOST) {
        names.add(name);
        return true;
      }
      return names.contains(name);
    }

    /** The error for more than {@link #MOST} labels, found at a line. */
    public InputException tooMany(long line) {
      return InputErrors.of(
          path,
          "line " + line + ": labels",
          "at most " + MOST + " distinct ones (" + key + " selects the column)",
          "more");
    }

    /**
     * The names, sorted: whole numbers by value, other labels by their characters.
     *
     * @throws InputException if there are fewer than two
     */
    public ClassNames classes() {
      if (names.size() < 2) {
        throw InputErrors.of(path, "labels", "at least two distinct ones", "one");
      }
      boolean counted = names.stream().allMatch(name -> NUMBER.matcher(name).matches());
      return new ClassNames(
          names.stream()
              .sorted(
                  counted
                      ? Comparator.comparing(BigInteger::new)
                      : Comparator.<String>naturalOrder())
              .toList());
    }
  }
}
