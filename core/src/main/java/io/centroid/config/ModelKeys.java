package io.centroid.config;

import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.ManifestSigner;
import io.centroid.encryption.TrustedKeys;
import io.centroid.security.SecretReference;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The configuration groups {@code encryption} and {@code signature}, as the Hadoop properties that
 * readers and writers of checkpoints take: references to keys, never keys.
 */
final class ModelKeys {
  private static final String HADOOP = "spark.hadoop.";
  private static final List<String> PROPERTIES =
      List.of(EncryptionKey.PROPERTY, ManifestSigner.PROPERTY, TrustedKeys.PROPERTY);

  private ModelKeys() {}

  /** The properties that are set. */
  static Map<String, String> read(Settings settings) {
    Map<String, String> properties = new TreeMap<>();
    put(
        properties,
        EncryptionKey.PROPERTY,
        reference(settings, EncryptionKey.SETTING, EncryptionKey::isReference, EncryptionKey.WAYS));
    put(
        properties,
        ManifestSigner.PROPERTY,
        reference(
            settings,
            "signature.key",
            text -> SecretReference.parse(text).isPresent(),
            SecretReference.WAYS));
    List<String> trusted = settings.texts("signature.trusted");
    for (String file : trusted) {
      if (file.isBlank() || file.indexOf(',') >= 0) {
        throw settings.invalid(
            "signature.trusted", "must be files of public keys, without commas", file);
      }
    }
    put(properties, TrustedKeys.PROPERTY, String.join(",", trusted));
    return properties;
  }

  private static String reference(
      Settings settings, String key, Predicate<String> valid, String ways) {
    String reference = settings.text(key);
    if (!reference.isEmpty() && !valid.test(reference)) {
      throw settings.invalid(
          key, "must be a reference to the key, " + ways, "(not shown, it may be the key)");
    }
    return reference;
  }

  private static void put(Map<String, String> properties, String property, String value) {
    if (!value.isEmpty()) {
      properties.put(property, value);
    }
  }

  /** Spark properties with these Hadoop properties. */
  static Map<String, String> addedTo(Map<String, String> spark, Map<String, String> properties) {
    Map<String, String> all = new TreeMap<>(spark);
    properties.forEach((property, value) -> all.put(HADOOP + property, value));
    return all;
  }

  /** The Hadoop properties among Spark properties. */
  static Map<String, String> of(Map<String, String> spark) {
    Map<String, String> properties = new TreeMap<>();
    for (String property : PROPERTIES) {
      put(properties, property, spark.getOrDefault(HADOOP + property, ""));
    }
    return properties;
  }
}
