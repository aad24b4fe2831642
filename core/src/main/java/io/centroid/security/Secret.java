package io.centroid.security;

/**
 * A resolved secret. {@link #toString} hides it, it is not serializable, and {@link Redaction}
 * redacts it from output. Only {@link #reveal} returns it.
 */
public final class Secret {
  /** The replacement text of a secret. */
  public static final String SHOWN = "***";

  private final String value;

  Secret(String value) {
    this.value = value;
    Redaction.register(value);
  }

  /** The secret value. */
  public String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return SHOWN;
  }
}
