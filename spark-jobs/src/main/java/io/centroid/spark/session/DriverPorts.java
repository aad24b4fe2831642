package io.centroid.spark.session;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;

/** The ports of a driver that settings fix. */
public final class DriverPorts {
  /** Number of further ports that Spark tries if one is in use. */
  public static final String RETRIES = "spark.port.maxRetries";

  /** Port of the web UI. */
  public static final String UI = "spark.ui.port";

  private static final String DRIVER = "spark.driver.port";
  private static final String OWN_BLOCKS = "spark.driver.blockManager.port";
  private static final String BLOCKS = "spark.blockManager.port";
  private static final int DEFAULT_UI = 4040;
  private static final int LARGEST = 65_535;

  /** How Spark's message of a port in use names the service, and the first port that it tried. */
  private static final Pattern SERVICE =
      Pattern.compile(
          "already in use: Service '(\\S+)' failed after .* \\(starting from (\\d+)\\)");

  private DriverPorts() {}

  /**
   * A port in use.
   *
   * @param retries number of further ports that Spark tries
   */
  public record Busy(String key, int port, int retries) {

    /** Whether the ports that Spark tries next are in use as well. */
    public boolean isLast() {
      return IntStream.rangeClosed(port, Math.min(port + retries, LARGEST))
          .noneMatch(DriverPorts::isFree);
    }
  }

  /**
   * Finds the fixed ports that are in use.
   *
   * @param property value of a property of Spark, empty if it is not set
   */
  public static List<Busy> busy(Function<String, Optional<String>> property) {
    int retries = property.apply(RETRIES).map(DriverPorts::number).orElse(16);
    List<String> keys = new ArrayList<>(List.of(DRIVER, OWN_BLOCKS, BLOCKS));
    if (property.apply("spark.ui.enabled").map(Boolean::parseBoolean).orElse(true)) {
      keys.add(UI);
    }
    List<Busy> busy = new ArrayList<>();
    for (String key : keys) {
      // Only the port of the web UI is fixed by default; others there are no surprise.
      int fixed = key.equals(UI) && retries == 0 ? DEFAULT_UI : 0;
      int port = property.apply(key).map(DriverPorts::number).orElse(fixed);
      if (port > 0 && !isFree(port)) {
        busy.add(new Busy(key, port, retries));
      }
    }
    return busy;
  }

  private static int number(String text) {
    return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
  }

  private static boolean isFree(int port) {
    String own = System.getenv().getOrDefault("SPARK_LOCAL_IP", "");
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(own.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(own, port));
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Checks the port of the web UI, without which Spark ends the JVM.
   *
   * @throws InputException if Spark would find no free one
   */
  static void requireUi(Function<String, Optional<String>> property) {
    for (Busy each : busy(property)) {
      if (each.key().equals(UI) && each.isLast()) {
        throw inUse(UI, Integer.toString(each.port()), Integer.toString(each.retries()));
      }
    }
  }

  private static InputException inUse(String key, String port, String retries) {
    return new InputException(
            String.format(
                Locale.ROOT,
                "%s = %s is in use, and with %s = %s Spark finds no free port; %s=0 takes any",
                key,
                port,
                RETRIES,
                retries,
                key))
        .about(key + "=0");
  }

  /** The error of a driver that cannot bind to its address or a port. */
  static InputException refused(SparkConf conf, BindException e) {
    Matcher service = SERVICE.matcher(String.valueOf(e.getMessage()));
    if (service.find()) {
      String key =
          service.group(1).equals("sparkDriver")
              ? DRIVER
              : conf.contains(OWN_BLOCKS) ? OWN_BLOCKS : BLOCKS;
      return inUse(key, service.group(2), conf.get(RETRIES, "16"));
    }
    String key =
        conf.contains("spark.driver.bindAddress")
            ? "spark.driver.bindAddress"
            : "spark.driver.host";
    return new InputException(
            String.format(
                Locale.ROOT,
                "the driver cannot bind to %s = %s; name an address of this machine: %s",
                key,
                conf.get(key, "(this host's name)"),
                InputErrors.shorten(String.valueOf(e.getMessage()).replaceFirst("[:!].*", ""))),
            e)
        .about(key);
  }
}
