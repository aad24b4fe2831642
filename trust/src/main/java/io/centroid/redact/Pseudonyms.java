package io.centroid.redact;

import io.centroid.redact.detect.Detection;
import io.centroid.redact.detect.Kind;
import io.centroid.redact.detect.PhoneRule;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Keyed replacements: HMAC-SHA-256 (RFC 2104) of a kind and a normalized value. */
final class Pseudonyms {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int MOST_ATTEMPTS = 16;

  private final SecretKeySpec key;
  private final List<String> regions;

  Pseudonyms(byte[] key, List<String> regions) {
    this.key = new SecretKeySpec(key, ALGORITHM);
    this.regions = regions;
  }

  /** The pseudonym of a value, the same for all ways to write it. */
  String pseudonym(Kind kind, String value) {
    byte[] hash = hmac(kind, normalized(kind, value), 0);
    return "[" + kind.label() + ":" + HexFormat.of().formatHex(hash, 0, 4) + "]";
  }

  /**
   * Another value of the same format, see {@link Substitute}; the kind in the rare case of none.
   */
  String substitute(Kind kind, String value) {
    String normalized = normalized(kind, value);
    Substitute substitute = new Substitute(new Stream(kind, normalized), regions);
    for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      String made = substitute.of(kind, Detection.folded(value));
      if (!normalized(kind, made).equals(normalized)) {
        return made;
      }
    }
    return "[" + kind.label() + "]";
  }

  private String normalized(Kind kind, String written) {
    String value = Detection.folded(written);
    return switch (kind) {
      case PHONE -> PhoneRule.e164(value, regions).orElseGet(() -> alphanumeric(value));
      case NAME -> name(value.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT));
      case EMAIL -> value.replace("%40", "@").replace("&#64;", "@").toLowerCase(Locale.ROOT);
      case IPV4, IPV6 -> value.toLowerCase(Locale.ROOT);
      case ADDRESS -> value.replaceAll("[\\s,.]+", " ").strip().toLowerCase(Locale.ROOT);
      case CARD, IBAN, CN_ID, FR_NIR, IN_AADHAAR, US_SSN, UK_NINO, ES_DNI, DE_TAX_ID, MAC ->
          alphanumeric(value);
      case PRIVATE_KEY, URL_CREDENTIALS, API_KEY, BIRTH_DATE -> value.strip();
    };
  }

  /** Turns {@code bennett, laura} round. */
  private static String name(String name) {
    int comma = name.indexOf(", ");
    return comma < 0 ? name : name.substring(comma + 2) + " " + name.substring(0, comma);
  }

  private static String alphanumeric(String value) {
    return value.replaceAll("[^A-Za-z0-9]", "").toUpperCase(Locale.ROOT);
  }

  private byte[] hmac(Kind kind, String value, int block) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((kind.name() + '\0').getBytes(StandardCharsets.UTF_8));
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(block).array());
      return mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** Pseudorandom numbers of one value: the bytes of its hashes with a counter from 1 on. */
  final class Stream {
    private final Kind kind;
    private final String value;
    private byte[] block = new byte[0];
    private int blocks;
    private int used;

    private Stream(Kind kind, String value) {
      this.kind = kind;
      this.value = value;
    }

    /** A number from 0 to below {@code bound}, with a bias below bound divided by 2 to the 32. */
    int below(int bound) {
      if (used + 4 > block.length) {
        block = hmac(kind, value, ++blocks);
        used = 0;
      }
      int bits = ByteBuffer.wrap(block, used, 4).getInt();
      used += 4;
      return Integer.remainderUnsigned(bits, bound);
    }
  }
}
