package io.centroid.registry;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/** Valid names of a registry's models, aliases, versions, records and files. */
final class Names {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");
  private static final int MAX_VERSIONS = 999_999_999;
  private static final Pattern VERSION = Pattern.compile("\\d{6,9}");
  private static final Pattern RECORD = Pattern.compile("(\\d{9,18})\\.json");
  private static final Pattern FILE =
      Pattern.compile("([A-Za-z0-9_][A-Za-z0-9._-]{0,199}/){0,8}[A-Za-z0-9_][A-Za-z0-9._-]{0,199}");

  private Names() {}

  /**
   * Requires a valid name of a model, alias or export.
   *
   * @param what description of the name in the message
   */
  static String require(String what, String name) {
    if (!isName(name)) {
      throw new InputException(
          what
              + " must begin with a letter and have at most 64 letters, digits, '.', '_' and '-': "
              + InputErrors.quote(name));
    }
    return name;
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** Checks the name of a model or alias in a record. */
  static void requireName(String component, String name) {
    Json.require(isName(name), component, NAME.pattern());
  }

  /** Checks the number of a version in a record. */
  static void requireVersion(String component, int version) {
    Json.require(
        version >= 1 && version <= MAX_VERSIONS,
        component,
        "a whole number from 1 to " + MAX_VERSIONS);
  }

  /** Whether a relative path, with '/' as separator, is valid and inside the version. */
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
