package io.centroid.security;

import io.centroid.InputException;
import java.util.regex.Pattern;

/** Which settings hold secrets, told by their names, and what may stand in their place. */
public final class SecretKeys {
  /** Names, or parts of text, that tell of a secret; fit for {@code spark.redaction.regex}. */
  public static final String PATTERN =
      "(?i)secret|passw(or)?d|passphrase|token|credential"
          + "|(access|account|encryption|private|api|auth)[._-]?key(?!gen|size|store|tab)|[.]sas[.]";

  private static final Pattern TELLING = Pattern.compile(PATTERN);

  /** Ends of names that say where a secret is, whether there is one, or of what kind. */
  private static final Pattern ABOUT =
      Pattern.compile(
          "(?i)(file|path|providers?|provider[.]mapping|enabled?|class|type|regex|bit-?length"
              + "|algorithm|interval|lifetime|renewal[.]credentials)$"
              + "|^spark[.]kubernetes[.](driver|executor)[.]secret");

  /** The environment of executors is told to the cluster manager, which writes it down. */
  private static final Pattern ENVIRONMENT =
      Pattern.compile("^spark[.](executorEnv|yarn[.]appMasterEnv|kubernetes[.]driverEnv)[.]");

  private static final Pattern OPTIONS = Pattern.compile("(?i)(java)?options$");
  private static final Pattern PROPERTY = Pattern.compile("-D([^=\\s]+)=(?=[^\\s])");
  private static final Pattern URL_WITH_PASSWORD =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^/@:\\s]*:[^/@\\s]+@");

  private SecretKeys() {}

  /** Whether a setting of this name holds a secret. */
  public static boolean tells(String key) {
    return TELLING.matcher(key).find() && !ABOUT.matcher(key).find();
  }

  /** Whether text has a word that tells of a secret. */
  public static boolean mentions(String text) {
    return TELLING.matcher(text).find();
  }

  /**
   * Refuses a secret that is written where command lines and files would give it away.
   *
   * @param place where it was set, for the message
   * @param key a property of Spark or Hadoop
   */
  public static void requireNone(String place, String key, String value) {
    requireNoneInUrl(place, key, value);
    if (OPTIONS.matcher(key).find()
        && PROPERTY.matcher(value).results().anyMatch(found -> tells(found.group(1)))) {
      throw new InputException(
          place + ": " + key + " gives a secret to a command line, which every user can read");
    }
    boolean harmless = value.isBlank() || value.equals("true") || value.equals("false");
    if (harmless || !tells(key)) {
      return;
    }
    if (ENVIRONMENT.matcher(key).find()) {
      throw new InputException(
          place
              + ": "
              + key
              + " would be written down by the cluster manager; secrets of Hadoop file systems go"
              + " into spark.hadoop.*, others into the environment of the executors' machines");
    }
    if (SecretReference.parse(value).isEmpty()) {
      throw new InputException(
          place
              + ": "
              + key
              + " must not hold the secret itself (command lines and files give it away):"
              + " write where it is, "
              + SecretReference.WAYS);
    }
  }

  /** Refuses a password inside a URL. */
  public static void requireNoneInUrl(String place, String key, String value) {
    if (URL_WITH_PASSWORD.matcher(value).find()) {
      throw new InputException(
          place + ": " + key + " has a password in a URL; see docs/security.md for other ways");
    }
  }
}
