package io.centroid.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.centroid.JsonFields;
import io.centroid.Rejection;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;

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
    JsonFields fields = JsonFields.parse(file, json);
    boolean seen = fields.has("machine");
    return new Holder(
        fields.text("uuid"),
        Rejection.shorten(fields.text("host")),
        fields.integer("pid"),
        Rejection.shorten(fields.text("startedAt")),
        seen ? fields.text("machine") : "",
        seen ? fields.integer("startTicks") : 0,
        Duration.ofMillis(seen ? fields.integer("timeoutMillis", 1, Integer.MAX_VALUE) : 1));
  }

  byte[] toJson(long epoch) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("epoch", epoch)
        .put("host", host)
        .put("pid", pid)
        .put("startedAt", since)
        .put("uuid", uuid)
        .put("machine", machine)
        .put("startTicks", startTicks)
        .put("timeoutMillis", timeout.toMillis())
        .toPrettyString()
        .concat("\n")
        .getBytes(StandardCharsets.UTF_8);
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
    return Rejection.oneLine("process %d on %s since %s".formatted(pid, host, since));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unknown host";
    }
  }
}
