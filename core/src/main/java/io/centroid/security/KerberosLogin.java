package io.centroid.security;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonConfigurationKeysPublic;
import org.apache.hadoop.security.UserGroupInformation;
import org.jspecify.annotations.Nullable;

/**
 * The Kerberos login of this process by keytab. Hadoop renews a ticket from a keytab automatically.
 *
 * @param principal principal such as {@code trainer@EXAMPLE.ORG}; empty to use the ticket cache or
 *     spark-submit's login
 * @param keytab local path of the keytab; empty if the principal is
 */
public record KerberosLogin(String principal, String keytab) {

  private static final String NO_TICKET =
      "Hadoop requires Kerberos and there is no ticket: run kinit, or set a keytab"
          + " (security.kerberos.principal and security.kerberos.keytab; spark-submit:"
          + " --principal and --keytab)";

  /** Whether a principal is configured. */
  public boolean isGiven() {
    return !principal.isEmpty();
  }

  /**
   * Logs this process in if a keytab is configured; call it before any file access.
   *
   * @throws InputException if Hadoop is not configured for Kerberos, or the login fails
   * @throws UncheckedIOException if no KDC answers
   */
  public void perform(Configuration hadoop) {
    if (!isGiven()) {
      return;
    }
    String authentication =
        hadoop.get(CommonConfigurationKeysPublic.HADOOP_SECURITY_AUTHENTICATION, "simple");
    if (!authentication.equalsIgnoreCase("kerberos")) {
      throw new InputException(
          "security.kerberos.principal is "
              + principal
              + ", but hadoop.security.authentication is "
              + authentication
              + ": HADOOP_CONF_DIR must name the cluster's configuration");
    }
    SecretFile.requirePrivate("security.kerberos.keytab", Path.of(keytab));
    try {
      UserGroupInformation.setConfiguration(hadoop);
      UserGroupInformation.loginUserFromKeytab(principal, keytab);
    } catch (IOException | IllegalArgumentException e) {
      String message =
          "Kerberos login failed for "
              + principal
              + " with the keytab "
              + keytab
              + ": "
              + reason(e);
      throw StorageFailure.of(e).equals(Optional.of(StorageFailure.UNREACHABLE))
          ? new UncheckedIOException(message, new IOException(message, e))
          : new InputException(message, e);
    }
  }

  /**
   * Checks for Kerberos credentials, since Hadoop's client treats a missing ticket as a network
   * failure and retries for minutes.
   *
   * @throws InputException if this process has neither a ticket nor a delegation token
   */
  public static void requireCredentials() throws IOException {
    if (!UserGroupInformation.isSecurityEnabled()) {
      return;
    }
    UserGroupInformation user = UserGroupInformation.getCurrentUser();
    UserGroupInformation real = user.getRealUser() == null ? user : user.getRealUser();
    if (!real.hasKerberosCredentials() && user.getTokens().isEmpty()) {
      throw new InputException(NO_TICKET);
    }
  }

  /** The message for a failure caused by a missing ticket; null for any other. */
  public static @Nullable String missingTicket(Throwable thrown) {
    int depth = 0;
    for (Throwable next = thrown; next != null && depth < 30; next = next.getCause(), depth++) {
      String message = String.valueOf(next.getMessage());
      if (message.contains("Client cannot authenticate via:")
          || message.contains("Failed to find any Kerberos tgt")) {
        return NO_TICKET;
      }
    }
    return null;
  }

  /** The message of the root cause, which is the KDC's or the keytab's. */
  private static String reason(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause.getCause() != null && depth < 30; depth++) {
      cause = cause.getCause();
    }
    return InputErrors.oneLine(String.valueOf(cause.getMessage()).strip());
  }
}
