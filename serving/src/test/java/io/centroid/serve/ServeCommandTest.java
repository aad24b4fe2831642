package io.centroid.serve;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ServeCommandTest {
  private static final String[] EXPORT = {"/no/such/export"};

  /** A ticket of kinit would end while the server runs; Hadoop renews that of a keytab. */
  @Test
  void logsInByKeytabBeforeAnyFileIsRead() {
    rejected(
        "security.kerberos.principal is server@EXAMPLE.ORG, but hadoop.security.authentication is"
            + " simple: HADOOP_CONF_DIR must name the cluster's configuration",
        "--principal",
        "server@EXAMPLE.ORG",
        "--keytab",
        "server.keytab");
    rejected("/no/such/export");
  }

  @Test
  void principalAndKeytabAreGivenTogether() {
    String message = "--principal and --keytab must be given together";
    rejected(message, "--principal", "server@EXAMPLE.ORG");
    rejected(message, "--keytab", "server.keytab");
  }

  private static void rejected(String message, String... options) {
    ServeCommand command = new ServeCommand();
    new CommandLine(command)
        .parseArgs(Stream.of(EXPORT, options).flatMap(Stream::of).toArray(String[]::new));
    assertThatThrownBy(command::call)
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(message);
  }
}
