package io.centroid.checkpoint.lease;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.centroid.error.InputErrors;
import io.centroid.io.Json;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The process that holds a lease, as recorded in the lease file.
 *
 * @param uuid unique id of this acquisition
 * @param host host name of the holder
 * @param pid process id of the holder
 * @param since time of the acquisition by the holder's clock; for messages, never compared
 * @param machine boot and namespace in which {@code pid} is unique; empty if unknown
 * @param startTicks start time of the process, from {@link ProcessTable}; 0 if unknown
 * @param timeout longest time between heartbeats
 */
record Holder(
    String uuid,
    String host,
    long pid,
    String since,
    String machine,
    long startTicks,
    Duration timeout) {

  /** Liveness of a holder as another process sees it. */
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
        ProcessTable.hostName(),
        pid,
        clock.instant().toString(),
        processes.machine(),
        processes.startTicks(pid).orElse(0),
        timeout);
  }

  /**
   * Parses a lease file.
   *
   * @throws io.centroid.error.InputException if it is not a complete lease file
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

  byte[] toJson(long fencingToken) {
    return Json.write(
        new Form(fencingToken, host, pid, since, uuid, machine, startTicks, timeout.toMillis()));
  }

  /** The keys of the file; the last three are absent in files of an earlier release. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Form(
      @Nullable Long fencingToken,
      String host,
      long pid,
      String startedAt,
      String uuid,
      @Nullable String machine,
      @Nullable Long startTicks,
      @Nullable Long timeoutMillis) {
    Form {
      Json.require(
          machine == null || startTicks != null, "startTicks", "an integer next to machine");
      Json.require(
          machine == null || timeoutMillis != null, "timeoutMillis", "an integer next to machine");
      Json.require(
          timeoutMillis == null || timeoutMillis >= 1 && timeoutMillis <= Integer.MAX_VALUE,
          "timeoutMillis",
          "a whole number from 1 to " + Integer.MAX_VALUE);
    }
  }

  /** Whether the process is running, if that can be determined. */
  Life life(ProcessTable processes) {
    if (machine.isEmpty() || startTicks == 0 || !machine.equals(processes.machine())) {
      return Life.UNKNOWN;
    }
    return processes.startTicks(pid).orElse(0) == startTicks ? Life.ALIVE : Life.GONE;
  }

  /** For messages. */
  @Override
  public String toString() {
    return InputErrors.oneLine("process %s on %s since %s".formatted(pid, host, since));
  }
}
