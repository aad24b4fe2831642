package io.centroid.security;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a secret is. A reference may be shown, stored and sent anywhere; the secret is read by
 * {@link SecretResolver}, late and where it is needed.
 */
public sealed interface SecretReference {
  /** The three ways in words, for messages. */
  String WAYS = "file:///PATH, env:NAME or credential:ALIAS";

  /** The reference as it is written. */
  String text();

  /** The one line of a local file that only its owner can read. */
  record OfFile(Path path) implements SecretReference {
    @Override
    public String text() {
      return "file://" + path;
    }
  }

  /** A variable of the driver's environment. */
  record OfEnvironment(String name) implements SecretReference {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    @Override
    public String text() {
      return "env:" + name;
    }
  }

  /** An entry of Hadoop's credential provider, {@code hadoop.security.credential.provider.path}. */
  record OfCredential(String alias) implements SecretReference {
    /** Whatever KeyStore takes for a name, without spaces. */
    private static final Pattern ALIAS = Pattern.compile("[^\\s/:]+");

    @Override
    public String text() {
      return "credential:" + alias;
    }
  }

  /** Reads a reference; empty where the text is not one. */
  static Optional<SecretReference> parse(String text) {
    if (text.startsWith("file:")) {
      return file(text);
    }
    if (text.startsWith("env:")) {
      String name = text.substring("env:".length());
      return OfEnvironment.NAME.matcher(name).matches()
          ? Optional.of(new OfEnvironment(name))
          : Optional.empty();
    }
    if (text.startsWith("credential:")) {
      String alias = text.substring("credential:".length());
      return OfCredential.ALIAS.matcher(alias).matches()
          ? Optional.of(new OfCredential(alias))
          : Optional.empty();
    }
    return Optional.empty();
  }

  private static Optional<SecretReference> file(String text) {
    try {
      URI uri = new URI(text);
      String path = uri.getPath();
      boolean local = uri.getAuthority() == null && uri.getQuery() == null;
      return local && path != null && path.startsWith("/") && uri.getFragment() == null
          ? Optional.of(new OfFile(Path.of(path)))
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
