package io.centroid.cli.doctor;

import static io.centroid.cli.doctor.Fixtures.machine;
import static io.centroid.cli.doctor.Fixtures.only;
import static io.centroid.cli.doctor.Fixtures.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.cli.doctor.Finding.Severity;
import io.centroid.spark.session.JobSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostChecksTest {
  private static final String REMOTE = "spark://192.0.2.1:7077";
  private static final Machine PLAIN = machine(Map.of());

  private static InetAddress address(int... bytes) throws IOException {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      raw[i] = (byte) bytes[i];
    }
    return InetAddress.getByAddress("driver", raw);
  }

  @Test
  void acceptsALoopbackAddressWithoutACluster() throws IOException {
    assertThat(
            HostChecks.driver(settings("local[4]", Map.of()), PLAIN, address(127, 0, 1, 1))
                .findings())
        .isEmpty();
  }

  @Test
  void notesALoopbackAddressThatSparkReplaces() throws IOException {
    Finding note =
        only(HostChecks.driver(settings(REMOTE, Map.of()), PLAIN, address(127, 0, 1, 1)));
    assertThat(note.severity()).isEqualTo(Severity.NOTE);
    assertThat(note.found()).isEqualTo("driver resolves to the loopback address 127.0.1.1");
    assertThat(
            HostChecks.driver(settings(REMOTE, Map.of()), PLAIN, address(192, 0, 2, 7)).findings())
        .isEmpty();
  }

  @Test
  void findsADriverThatExecutorsCannotReach() throws IOException {
    JobSettings spark = settings(REMOTE, Map.of("spark.driver.host", "127.0.0.1"));
    assertThat(only(HostChecks.driver(spark, PLAIN, address(192, 0, 2, 7))).found())
        .isEqualTo("the driver's address is 127.0.0.1, the master is " + REMOTE);
  }

  @Test
  void findsAnAddressOfAnotherMachine() throws IOException {
    Machine machine = machine(Map.of("SPARK_LOCAL_IP", "192.0.2.200"));
    Finding finding =
        only(HostChecks.driver(settings("local[4]", Map.of()), machine, address(127, 0, 0, 1)));
    assertThat(finding.found())
        .isEqualTo("SPARK_LOCAL_IP=192.0.2.200 is no address of this machine");
    assertThat(finding.change()).containsExactly("unset SPARK_LOCAL_IP");
  }

  @Test
  void findsPortsInUse() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = Integer.toString(taken.getLocalPort());
      InetAddress own = address(192, 0, 2, 7);
      Finding driver =
          only(HostChecks.driver(settings(REMOTE, Map.of("spark.driver.port", port)), PLAIN, own));
      assertThat(driver.severity()).isEqualTo(Severity.FINDING);
      assertThat(driver.found()).isEqualTo("spark.driver.port = " + port + " is in use");
      Map<String, String> ui = Map.of("spark.ui.port", port);
      assertThat(only(HostChecks.driver(settings(REMOTE, ui), PLAIN, own)).severity())
          .isEqualTo(Severity.NOTE);
      Map<String, String> strict = Map.of("spark.ui.port", port, "spark.port.maxRetries", "0");
      assertThat(only(HostChecks.driver(settings(REMOTE, strict), PLAIN, own)).severity())
          .isEqualTo(Severity.FINDING);
    }
  }

  @Test
  void findsTheDefaultPortOfTheWebUiInUseIfSparkMayTryNoOther() throws IOException {
    try (ServerSocket taken = new ServerSocket()) {
      try {
        taken.bind(new InetSocketAddress(4040));
      } catch (BindException e) {
        // In use by another process, which is as good.
      }
      InetAddress own = address(192, 0, 2, 7);
      Map<String, String> strict = Map.of("spark.port.maxRetries", "0");
      Finding finding = only(HostChecks.driver(settings(REMOTE, strict), PLAIN, own));
      assertThat(finding.severity()).isEqualTo(Severity.FINDING);
      assertThat(finding.found()).isEqualTo("spark.ui.port = 4040 is in use");
      assertThat(finding.change()).containsExactly("--conf spark.ui.port=0");
      assertThat(HostChecks.driver(settings(REMOTE, Map.of()), PLAIN, own).findings()).isEmpty();
    }
  }
}
