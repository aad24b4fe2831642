package io.centroid.checkpoint.lease;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.InputErrors;
import io.centroid.io.Json;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The process that holds a lease, as its file tells.
 *
 * @param uuid of this holding alone
 * @param since when it began, in the holder's time: for people, never compared
 * @param machine where {@code pid} means one process; empty if unknown
 * @param startTicks when the process started, as {@link ProcessTable} tells; 0 if unknown
 * @param timeout how long the holder may be silent
 */
record Holder(
    String uuid,
    String host,
    long pid,
    String since,
    String machine,
    long startTicks,
    Duration timeout) {

  /** What can be known of a holder from where another process runs. */
  enum Life {
    ALIVE,
    GONE,
    UNKNOWN
  }

  /** This process. */
  static Holder current(ProcessTable processes, Clock clock, Duration timeout) {
    long pid = processes.ownPid();
    return new Holder(
        UUID.randomUUID().toString(),
        hostName(),
        pid,
        clock.instant().toString(),
        processes.machine(),
        processes.startTicks(pid).orElse(0),
        timeout);
  }

  /**
   * Reads a lease's file.
   *
   * @throws io.centroid.InputException if it is none, or only half written
   */
  static Holder parse(String file, byte[] json) {
    Form form = Json.read(file, json, Form.class);
    return new Holder(
        form.uuid,
        InputErrors.shorten(form.host),
        form.pid,
        InputErrors.shorten(form.startedAt),
        form.machine == null ? "" : form.machine,
        form.startTicks == null ? 0 : form.startTicks,
        Duration.ofMillis(form.timeoutMillis == null ? 1 : form.timeoutMillis));
  }

  byte[] toJson(long epoch) {
    return Json.write(
        new Form(epoch, host, pid, since, uuid, machine, startTicks, timeout.toMillis()));
  }

  /** The file's keys; the last three are missing in one of an earlier release. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Form(
      @Nullable Long epoch,
      String host,
      long pid,
      String startedAt,
      String uuid,
      @Nullable String machine,
      @Nullable Long startTicks,
      @Nullable Long timeoutMillis) {
    Form {
      Json.require(
          machine == null || startTicks != null, "startTicks", "an integer beside machine");
      Json.require(
          machine == null || timeoutMillis != null, "timeoutMillis", "an integer beside machine");
      Json.require(
          timeoutMillis == null || timeoutMillis >= 1 && timeoutMillis <= Integer.MAX_VALUE,
          "timeoutMillis",
          "a whole number from 1 to " + Integer.MAX_VALUE);
    }
  }

  /** Whether the process runs, where that can be proved. */
  Life life(ProcessTable processes) {
    if (machine.isEmpty() || startTicks == 0 || !machine.equals(processes.machine())) {
      return Life.UNKNOWN;
    }
    return processes.startTicks(pid).orElse(0) == startTicks ? Life.ALIVE : Life.GONE;
  }

  /** For messages. */
  @Override
  public String toString() {
    return InputErrors.oneLine("process %d on %s since %s".formatted(pid, host, since));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unknown host";
    }
  }
}
