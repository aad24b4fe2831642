package io.centroid.security;

/**
 * A resolved secret. Its text shows nothing of it, it cannot be serialized, and from its resolution
 * on {@link Redaction} knows it. Only {@link #reveal} gives it out.
 */
public final class Secret {
  /** What is shown in place of a secret. */
  public static final String SHOWN = "***";

  private final String value;

  Secret(String value) {
    this.value = value;
    Redaction.learn(value);
  }

  /** The secret itself, for the one that it is meant for. */
  public String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return SHOWN;
  }
}
