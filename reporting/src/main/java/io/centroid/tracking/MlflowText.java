package io.centroid.tracking;

/** Keys and values within MLflow's limits. */
final class MlflowText {
  /** Maximum length of the value of a parameter; of releases before 2.8: 500, before 1.28: 250. */
  static final int MOST_PARAMETER_CHARS = 6000;

  /** Maximum length of the value of a tag. */
  static final int MOST_TAG_CHARS = 5000;

  private static final int MOST_KEY_CHARS = 250;

  private MlflowText() {}

  /** A key of a metric, parameter or tag: other characters than MLflow's become underscores. */
  static String key(String text) {
    String key = text.replaceAll("[^A-Za-z0-9_\\-. /]", "_");
    return key.length() <= MOST_KEY_CHARS ? key : key.substring(0, MOST_KEY_CHARS);
  }

  /** A value of at most {@code most} characters; a shortened one ends with its original length. */
  static String value(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    String mark = "… (" + text.length() + " characters)";
    return text.substring(0, most - mark.length()) + mark;
  }
}
