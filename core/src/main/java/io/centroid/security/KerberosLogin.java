package io.centroid.security;

import io.centroid.InputErrors;
import io.centroid.InputException;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonConfigurationKeysPublic;
import org.apache.hadoop.security.UserGroupInformation;
import org.jspecify.annotations.Nullable;

/**
 * Who this process is to Kerberos when nobody has logged it in yet. Hadoop renews a ticket that
 * came from a keytab by itself.
 *
 * @param principal such as {@code trainer@EXAMPLE.ORG}; empty: as the ticket cache or spark-submit
 *     says
 * @param keytab local file with its keys; empty where the principal is
 */
public record KerberosLogin(String principal, String keytab) {

  private static final String NO_TICKET =
      "Hadoop asks for Kerberos and there is no ticket: run kinit, or give a keytab"
          + " (security.kerberos.principal and security.kerberos.keytab; spark-submit:"
          + " --principal and --keytab)";

  /** Whether there is one to log in. */
  public boolean isGiven() {
    return !principal.isEmpty();
  }

  /**
   * Logs this process in, where a keytab is given; before any file is touched.
   *
   * @throws InputException where the configuration knows no Kerberos, or the login is refused
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
      throw new InputException(
          "Kerberos refuses " + principal + " with the keytab " + keytab + ": " + reason(e), e);
    }
  }

  /**
   * Refuses to call a service that asks for Kerberos with nothing in hand. Hadoop's client takes
   * its own lack of a ticket for a fault of the network, and tries for minutes.
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

  /** The line for a failure that comes of a missing ticket; null for any other. */
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

  /** The innermost cause says what the KDC or the file had against it. */
  private static String reason(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause.getCause() != null && depth < 30; depth++) {
      cause = cause.getCause();
    }
    return InputErrors.oneLine(String.valueOf(cause.getMessage()).strip());
  }
}
