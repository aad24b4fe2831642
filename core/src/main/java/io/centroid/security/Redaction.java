package io.centroid.security;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Redacts the resolved secrets of this process from text, in plain, base64 and URL-encoded form.
 * Static, since it applies to the whole process. Thread-safe.
 */
public final class Redaction {
  /**
   * Minimum length of a redacted secret; shorter ones occur in words by chance, and redaction would
   * reveal them.
   */
  private static final int SHORTEST = 4;

  private static final Set<String> KNOWN = ConcurrentHashMap.newKeySet();

  private Redaction() {}

  static void register(String secret) {
    if (secret.length() >= SHORTEST) {
      KNOWN.addAll(spellings(secret));
    }
  }

  /** The text without any secret. */
  public static String of(String text) {
    String redacted = text;
    // Longest first, since a secret may contain another.
    for (String secret :
        KNOWN.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList()) {
      redacted = redacted.replace(secret, Secret.SHOWN);
    }
    return redacted;
  }

  private static List<String> spellings(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    return List.of(
        secret,
        Base64.getEncoder().encodeToString(bytes),
        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
        URLEncoder.encode(secret, StandardCharsets.UTF_8));
  }
}
