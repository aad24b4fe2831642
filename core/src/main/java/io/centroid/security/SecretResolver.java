package io.centroid.security;

import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.alias.CredentialProvider;
import org.apache.hadoop.security.alias.CredentialProviderFactory;

/**
 * A resolver of secret references. The error for an unresolvable reference names the key and the
 * location, never the secret.
 */
public final class SecretResolver {
  private final Configuration hadoop;
  private final Map<String, String> environment;

  /** Resolves against this process's environment and the credential provider of a configuration. */
  public SecretResolver(Configuration hadoop) {
    this(hadoop, System.getenv());
  }

  SecretResolver(Configuration hadoop, Map<String, String> environment) {
    this.hadoop = hadoop;
    this.environment = environment;
  }

  /**
   * Reads a secret.
   *
   * @param key key of the setting
   * @throws InputException if the secret does not exist, or others could read it
   */
  public Secret resolve(String key, SecretReference reference) {
    String value = read(key, reference);
    if (value.isEmpty()) {
      throw new InputException(key + ": the secret is empty: " + reference.text());
    }
    return new Secret(value);
  }

  private String read(String key, SecretReference reference) {
    if (reference instanceof SecretReference.OfFile file) {
      return SecretFile.read(key, file.path());
    }
    if (reference instanceof SecretReference.OfEnvironment variable) {
      return fromEnvironment(key, variable.name());
    }
    return fromProvider(key, ((SecretReference.OfCredential) reference).alias());
  }

  private String fromEnvironment(String key, String name) {
    String value = environment.get(name);
    if (value == null) {
      throw new InputException(
          key + ": the environment variable " + name + " of the driver is not set");
    }
    return value;
  }

  private String fromProvider(String key, String alias) {
    String path = hadoop.get(CredentialProviderFactory.CREDENTIAL_PROVIDER_PATH, "");
    if (path.isBlank()) {
      throw new InputException(
          key
              + ": credential:"
              + alias
              + " needs "
              + CredentialProviderFactory.CREDENTIAL_PROVIDER_PATH
              + ", which is not set");
    }
    try {
      List<CredentialProvider> providers = CredentialProviderFactory.getProviders(hadoop);
      for (CredentialProvider provider : providers) {
        CredentialProvider.CredentialEntry entry = provider.getCredentialEntry(alias);
        if (entry != null) {
          return new String(entry.getCredential());
        }
      }
    } catch (IOException | RuntimeException e) {
      String message =
          key + ": " + path + " cannot be read: " + Redaction.of(String.valueOf(e.getMessage()));
      throw StorageFailure.of(e).filter(StorageFailure::isTransient).isPresent()
          ? new UncheckedIOException(message, new IOException(message, e))
          : new InputException(message, e);
    }
    throw new InputException(key + ": " + path + " has no credential called " + alias);
  }
}
