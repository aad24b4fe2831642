package io.centroid.registry;

import io.centroid.InputErrors;
import io.centroid.InputException;
import io.centroid.io.Json;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/** How models, aliases, versions, records and files of a registry may be called. */
final class Names {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");
  private static final int MOST_VERSIONS = 999_999_999;
  private static final Pattern VERSION = Pattern.compile("\\d{6,9}");
  private static final Pattern RECORD = Pattern.compile("(\\d{9,18})\\.json");
  private static final Pattern FILE =
      Pattern.compile("([A-Za-z0-9_][A-Za-z0-9._-]{0,199}/){0,8}[A-Za-z0-9_][A-Za-z0-9._-]{0,199}");

  private Names() {}

  /**
   * A model's, an alias's or an export's name.
   *
   * @param what it is, for the refusal
   */
  static String require(String what, String name) {
    if (!isName(name)) {
      throw new InputException(
          what
              + " must begin with a letter, hold letters, digits, '.', '_' and '-' alone and at"
              + " most 64 of them: "
              + InputErrors.quote(name));
    }
    return name;
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** Checks the name of a model or alias in a record that is read. */
  static void requireName(String component, String name) {
    Json.require(isName(name), component, NAME.pattern());
  }

  /** Checks the number of a version in a record that is read. */
  static void requireVersion(String component, int version) {
    Json.require(
        version >= 1 && version <= MOST_VERSIONS,
        component,
        "a whole number from 1 to " + MOST_VERSIONS);
  }

  /** A file's place in a version, with '/' between folders; nothing leads out of the version. */
  static boolean isFile(String relative) {
    return FILE.matcher(relative).matches();
  }

  static String version(int number) {
    return String.format(Locale.ROOT, "%06d", number);
  }

  static OptionalInt parseVersion(String name) {
    return VERSION.matcher(name).matches()
        ? OptionalInt.of(Integer.parseInt(name))
        : OptionalInt.empty();
  }

  static String record(long number) {
    return String.format(Locale.ROOT, "%09d.json", number);
  }

  static OptionalLong parseRecord(Path file) {
    Matcher name = RECORD.matcher(file.getName());
    return name.matches() ? OptionalLong.of(Long.parseLong(name.group(1))) : OptionalLong.empty();
  }
}
