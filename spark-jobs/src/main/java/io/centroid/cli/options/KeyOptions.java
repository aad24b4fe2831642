package io.centroid.cli.options;

import io.centroid.cli.process.ShellWord;
import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.TrustedKeys;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that read a stored model: its key, and whose signatures are accepted. */
public final class KeyOptions {
  @Option(
      names = "--key",
      paramLabel = "REF",
      description =
          "Key of an encrypted model: file:///PATH, env:NAME, credential:ALIAS or kms:NAME (default:"
              + " encryption.key, or the environment variable CENTROID_ENCRYPTION_KEY).")
  private @Nullable String key;

  @Option(
      names = "--trusted",
      paramLabel = "FILE",
      description =
          "Public key in PEM; a model that none of these keys signed is refused; repeatable.")
  private List<String> trusted = new ArrayList<>();

  /** The files with these keys. */
  public HadoopFiles addTo(HadoopFiles files) {
    return files.with(properties());
  }

  /**
   * The end of a command line that reads a model of a configuration: the option with its key.
   *
   * @return text for a shell that begins with a space; empty if the configuration names no key
   */
  public static String wordsFor(Configuration hadoop) {
    String reference = hadoop.getTrimmed(EncryptionKey.PROPERTY, "");
    return reference.isEmpty() ? "" : " --key " + ShellWord.of(reference);
  }

  /** The Hadoop properties of these keys. */
  public Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    if (key != null) {
      if (!EncryptionKey.isReference(key)) {
        throw new InputException(
            "--key must be a reference to a key, "
                + EncryptionKey.WAYS
                + " (the value is not shown, it may be the key)");
      }
      properties.put(EncryptionKey.PROPERTY, key);
    }
    if (!trusted.isEmpty()) {
      properties.put(TrustedKeys.PROPERTY, String.join(",", trusted));
    }
    return properties;
  }
}
