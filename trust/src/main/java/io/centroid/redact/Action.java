package io.centroid.redact;

/** What happens to a finding. */
public enum Action {
  /** It stays as it is. */
  KEEP,
  /** It is replaced by the name of its kind, such as {@code [EMAIL]}. */
  MASK,
  /** It is replaced by a keyed hash, the same for the same value: {@code [EMAIL:3f9a1c2b]}. */
  PSEUDONYM,
  /** It is replaced by a made-up value of the same format, the same for the same value. */
  SUBSTITUTE,
  /** The document is dropped. */
  DROP
}
