package io.centroid.redact.detect;

/**
 * A kind of personal data or secret. The order is the priority where findings overlap: an e-mail
 * address in a URL with credentials is part of the URL.
 */
public enum Kind {
  PRIVATE_KEY,
  URL_CREDENTIALS,
  API_KEY,
  EMAIL,
  IBAN,
  CN_ID,
  FR_NIR,
  CARD,
  IN_AADHAAR,
  US_SSN,
  UK_NINO,
  ES_DNI,
  MAC,
  IPV6,
  IPV4,
  BIRTH_DATE,
  ADDRESS,
  DE_TAX_ID,
  PHONE,
  NAME;

  /** The name that replaces a masked value, such as {@code US-SSN}. */
  public String label() {
    return name().replace('_', '-');
  }
}
