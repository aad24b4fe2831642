package io.centroid.security;

import io.centroid.error.InputException;
import java.util.regex.Pattern;

/** Detection of settings that hold secrets, by their names. */
public final class SecretKeys {
  /**
   * Pattern of names and text that indicate a secret; suitable for {@code spark.redaction.regex}.
   */
  public static final String PATTERN =
      "(?i)secret|passw(or)?d|passphrase|token|credential"
          + "|(access|account|encryption|private|api|auth)[._-]?key(?!gen|size|store|tab)|[.]sas[.]";

  private static final Pattern TELLING = Pattern.compile(PATTERN);

  /** Endings of names that describe the location, presence or kind of a secret. */
  private static final Pattern ABOUT =
      Pattern.compile(
          "(?i)(file|path|providers?|provider[.]mapping|enabled?|class|type|regex|bit-?length"
              + "|algorithm|interval|lifetime|renewal[.]credentials)$"
              + "|^spark[.]kubernetes[.](driver|executor)[.]secret");

  /** Environment variables of executors, which the cluster manager records. */
  private static final Pattern ENVIRONMENT =
      Pattern.compile("^spark[.](executorEnv|yarn[.]appMasterEnv|kubernetes[.]driverEnv)[.]");

  private static final Pattern OPTIONS = Pattern.compile("(?i)(java)?options$");
  private static final Pattern PROPERTY = Pattern.compile("-D([^=\\s]+)=(?=[^\\s])");
  private static final Pattern URL_WITH_PASSWORD =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^/@:\\s]*:[^/@\\s]+@");

  private SecretKeys() {}

  /** Whether a setting of this name holds a secret. */
  public static boolean isSecret(String key) {
    return TELLING.matcher(key).find() && !ABOUT.matcher(key).find();
  }

  /** Whether text contains a word that indicates a secret. */
  public static boolean mentionsSecret(String text) {
    return TELLING.matcher(text).find();
  }

  /**
   * An argument of a command line such as {@code key=value} or {@code --set=key=value}, without the
   * value if that is a secret.
   */
  public static String redacted(String argument) {
    int from = 0;
    for (int to = argument.indexOf('='); to >= 0; to = argument.indexOf('=', from)) {
      if (isSecret(argument.substring(from, to))) {
        return argument.substring(0, to) + "=(redacted)";
      }
      from = to + 1;
    }
    return argument;
  }

  /**
   * Rejects a literal secret, which command lines and files would expose.
   *
   * @param place origin of the setting for messages
   * @param key property of Spark or Hadoop
   * @param value value of the property
   */
  public static void requireNone(String place, String key, String value) {
    requireNoneInUrl(place, key, value);
    if (OPTIONS.matcher(key).find()
        && PROPERTY.matcher(value).results().anyMatch(found -> isSecret(found.group(1)))) {
      throw new InputException(
          place + ": " + key + " exposes a secret on a command line, which every user can read");
    }
    boolean harmless = value.isBlank() || value.equals("true") || value.equals("false");
    if (harmless || !isSecret(key)) {
      return;
    }
    if (ENVIRONMENT.matcher(key).find()) {
      throw new InputException(
          place
              + ": "
              + key
              + " would be recorded by the cluster manager; secrets of Hadoop file systems belong"
              + " in spark.hadoop.*, others in the environment of the executors' machines");
    }
    if (SecretReference.parse(value).isEmpty()) {
      throw new InputException(
          place
              + ": "
              + key
              + " must not contain the secret itself (command lines and files expose it):"
              + " use a reference, "
              + SecretReference.WAYS);
    }
  }

  /** Rejects a password inside a URL. */
  public static void requireNoneInUrl(String place, String key, String value) {
    if (URL_WITH_PASSWORD.matcher(value).find()) {
      throw new InputException(
          place + ": " + key + " has a password in a URL; see docs/security.md for alternatives");
    }
  }
}
