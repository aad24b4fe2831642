package io.centroid.security;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A reference to a secret. A reference may be shown, stored and sent; {@link SecretResolver} reads
 * the secret where it is needed.
 */
public sealed interface SecretReference {
  /** The forms of a reference for messages. */
  String WAYS = "file:///PATH, env:NAME or credential:ALIAS";

  /** The reference as text. */
  String text();

  /** A local file that only its owner can read. */
  record OfFile(Path path) implements SecretReference {
    @Override
    public String text() {
      return "file://" + path;
    }
  }

  /** An environment variable of the driver. */
  record OfEnvironment(String name) implements SecretReference {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    @Override
    public String text() {
      return "env:" + name;
    }
  }

  /** An entry of Hadoop's credential provider, {@code hadoop.security.credential.provider.path}. */
  record OfCredential(String alias) implements SecretReference {
    /** A key store alias without spaces. */
    private static final Pattern ALIAS = Pattern.compile("[^\\s/:]+");

    @Override
    public String text() {
      return "credential:" + alias;
    }
  }

  /** Parses a reference; empty if the text is not one. */
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
