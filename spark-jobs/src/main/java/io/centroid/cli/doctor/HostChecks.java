package io.centroid.cli.doctor;

import io.centroid.spark.session.DriverPorts;
import io.centroid.spark.session.JobSettings;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks of the driver's address, ports and clock. */
final class HostChecks {
  private static final String LOCAL_IP = "SPARK_LOCAL_IP";
  private static final String DRIVER_HOST = "spark.driver.host";

  /** Difference that confuses readers of times, but nothing else. */
  private static final Duration VISIBLE = Duration.ofSeconds(10);

  /** Difference near that from which Kerberos refuses tickets, five minutes. */
  private static final Duration HARMFUL = Duration.ofMinutes(4);

  private HostChecks() {}

  /** Checks the machine alone. */
  static Outcome machine(Machine machine) throws UnknownHostException, SocketException {
    InetAddress own = InetAddress.getLocalHost();
    List<Finding> findings = new ArrayList<>();
    requireOwn(machine, findings);
    return Outcome.of(own.getHostName() + " is " + own.getHostAddress(), findings);
  }

  /** Checks the address and the ports of a run's driver. */
  static Outcome driver(JobSettings spark, Machine machine)
      throws UnknownHostException, SocketException {
    return driver(spark, machine, InetAddress.getLocalHost());
  }

  static Outcome driver(JobSettings spark, Machine machine, InetAddress own)
      throws SocketException {
    List<Finding> findings = new ArrayList<>();
    requireOwn(machine, findings);
    if (isRemote(spark.master())) {
      requireReachable(spark, machine, own, findings);
    }
    DriverPorts.busy(spark::property).forEach(busy -> findings.add(inUse(busy)));
    return Outcome.of(own.getHostName() + " is " + own.getHostAddress(), findings);
  }

  private static void requireOwn(Machine machine, List<Finding> findings) throws SocketException {
    String given = machine.variable(LOCAL_IP).orElse("");
    if (given.isEmpty()) {
      return;
    }
    try {
      if (NetworkInterface.getByInetAddress(InetAddress.getByName(given)) != null) {
        return;
      }
    } catch (UnknownHostException e) {
      // Not an address of this machine either.
    }
    findings.add(
        Finding.of(
            LOCAL_IP + "=" + given + " is no address of this machine",
            "The driver cannot bind to it, so Spark does not start.",
            "unset " + LOCAL_IP));
  }

  /** Executors on other machines connect to the driver. */
  private static void requireReachable(
      JobSettings spark, Machine machine, InetAddress own, List<Finding> findings) {
    Optional<String> named = spark.property(DRIVER_HOST).or(() -> machine.variable(LOCAL_IP));
    boolean isLoopback;
    try {
      isLoopback =
          named.isPresent()
              ? InetAddress.getByName(named.get()).isLoopbackAddress()
              : own.isLoopbackAddress();
    } catch (UnknownHostException e) {
      findings.add(
          Finding.of(
              DRIVER_HOST + " = " + named.orElse("") + " has no address",
              "Executors connect to the driver by this name and exit.",
              "--conf " + DRIVER_HOST + "=ADDRESS"));
      return;
    }
    if (isLoopback && named.isPresent()) {
      findings.add(
          Finding.of(
              "the driver's address is " + named.get() + ", the master is " + spark.master(),
              "Executors on other machines cannot connect to a loopback address.",
              "--conf " + DRIVER_HOST + "=ADDRESS"));
    } else if (isLoopback) {
      findings.add(
          Finding.note(
              own.getHostName() + " resolves to the loopback address " + own.getHostAddress(),
              "Spark takes the address of the first other network interface, which executors may"
                  + " not reach.",
              "export " + LOCAL_IP + "=ADDRESS"));
    }
  }

  private static Finding inUse(DriverPorts.Busy busy) {
    String found = busy.key() + " = " + busy.port() + " is in use";
    String change = "--conf " + busy.key() + "=0";
    if (busy.isLast()) {
      return Finding.of(
          found,
          DriverPorts.RETRIES + " = " + busy.retries() + ": the driver does not start.",
          change);
    }
    return busy.key().equals(DriverPorts.UI)
        ? Finding.note(found, "The web UI takes the next free port.", change)
        : Finding.of(
            found,
            "The driver takes the next free port, which a firewall may not let through.",
            change);
  }

  /** Whether a master, and with it its executors, may be on another machine. */
  private static boolean isRemote(String master) {
    if (master.equals("yarn") || master.startsWith("k8s://")) {
      return true;
    }
    if (!master.startsWith("spark://")) {
      return false;
    }
    try {
      String first = master.split(",", 2)[0];
      return !InetAddress.getByName(URI.create(first).getHost()).isLoopbackAddress();
    } catch (UnknownHostException | IllegalArgumentException e) {
      return true;
    }
  }

  /**
   * Compares clocks.
   *
   * @param files by how much the file system's clock is ahead; empty if it could not be written to
   * @param master by how much the Master's clock is ahead; empty without a Master
   */
  static Outcome clocks(Optional<Duration> files, Optional<Duration> master) {
    List<Finding> findings = new ArrayList<>();
    files.ifPresent(ahead -> compare("the file system of run.dir", ahead, findings));
    master.ifPresent(ahead -> compare("the Spark Master", ahead, findings));
    if (files.isEmpty() && master.isEmpty()) {
      return Outcome.skipped("no other clock can be read");
    }
    return Outcome.of(
        files.map(ahead -> "file system " + seconds(ahead)).orElse("")
            + (files.isPresent() && master.isPresent() ? ", " : "")
            + master.map(ahead -> "Master " + seconds(ahead)).orElse(""),
        findings);
  }

  private static void compare(String place, Duration ahead, List<Finding> findings) {
    if (ahead.abs().compareTo(VISIBLE) <= 0) {
      return;
    }
    String found =
        "the clock of "
            + place
            + " is "
            + seconds(ahead).replaceFirst("^[+-]", "")
            + (ahead.isNegative() ? " behind" : " ahead of")
            + " this machine's";
    String change = "sudo chronyc makestep";
    findings.add(
        ahead.abs().compareTo(HARMFUL) > 0
            ? Finding.of(
                found,
                "Kerberos refuses tickets from five minutes on, and retrain.minimum-age is wrong by"
                    + " as much.",
                change)
            : Finding.note(found, "Times in logs and curves do not fit together.", change));
  }

  private static String seconds(Duration ahead) {
    return (ahead.isNegative() ? "-" : "+") + ahead.abs().toMillis() / 1000.0 + " s";
  }
}
