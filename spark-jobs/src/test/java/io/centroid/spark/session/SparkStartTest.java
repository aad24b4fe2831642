package io.centroid.spark.session;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings with which Spark does not start. */
class SparkStartTest {
  @TempDir private Path folder;

  private static void connect(String... properties) {
    List<String> settings =
        Stream.concat(
                Stream.of("spark.master=local[1]"),
                Stream.of(properties)
                    .map(property -> property.replaceFirst("([^=]+)=", "spark.conf.\"$1\"=")))
            .toList();
    SparkContexts.connect(RunConfig.load(null, settings)).close();
  }

  @Test
  void aMissingFolderOfTheEventLogIsNamed() throws IOException {
    Path events = folder.resolve("events");
    String[] properties = {"spark.eventLog.enabled=true", "spark.eventLog.dir=" + events};
    assertThatThrownBy(() -> connect(properties))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "spark.eventLog.dir: file:"
                + events
                + ": no such file or directory; create the folder, Spark does not");
    Files.writeString(events, "a file");
    assertThatThrownBy(() -> connect(properties))
        .isInstanceOf(InputException.class)
        .hasMessage("spark.eventLog.dir = " + events + " is not a folder");
  }

  @Test
  void aPortInUseIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (String key :
          List.of("spark.driver.port", "spark.driver.blockManager.port", "spark.ui.port")) {
        assertThatThrownBy(
                () ->
                    connect(
                        "spark.ui.enabled=" + key.equals("spark.ui.port"),
                        "spark.port.maxRetries=0",
                        key + "=" + taken.getLocalPort()))
            .isInstanceOf(InputException.class)
            .hasMessage(
                key
                    + " = "
                    + taken.getLocalPort()
                    + " is in use, and with spark.port.maxRetries = 0 Spark finds no free port; "
                    + key
                    + "=0 takes any");
      }
    }
  }

  @Test
  void anAddressOfAnotherMachineIsNamed() {
    assertThatThrownBy(() -> connect("spark.driver.bindAddress=192.0.2.1"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "the driver cannot bind to spark.driver.bindAddress = 192.0.2.1; name an address of"
                + " this machine");
  }
}
