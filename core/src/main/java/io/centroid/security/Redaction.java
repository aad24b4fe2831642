package io.centroid.security;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes the secrets that this process has resolved out of text that it shows, as they are and in
 * base64 and URL encoding. What a process may show is one for all of it, so this is static; safe
 * for any thread.
 */
public final class Redaction {
  /** Shorter ones stand in words by chance, and blanking them there would tell them. */
  private static final int SHORTEST = 4;

  private static final Set<String> KNOWN = ConcurrentHashMap.newKeySet();

  private Redaction() {}

  static void learn(String secret) {
    if (secret.length() >= SHORTEST) {
      KNOWN.addAll(spellings(secret));
    }
  }

  /** The text without any secret. */
  public static String of(String text) {
    String redacted = text;
    // Of a secret that is a part of another, the longer goes first.
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
