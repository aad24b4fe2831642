package io.centroid.checkpoint.lease;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The processes visible to this one, from Linux's {@code /proc}. On other systems none is visible.
 */
public final class ProcessTable {
  /** Index of the process state among the fields of {@code stat} after the command. */
  private static final int STATE = 0;

  /** Index of the start time, in clock ticks since boot; independent of the wall clock. */
  private static final int START = 19;

  private final Path proc;
  private final long ownPid;

  public ProcessTable() {
    this(Path.of("/proc"), ProcessHandle.current().pid());
  }

  /** A table at another path. */
  public ProcessTable(Path proc, long ownPid) {
    this.proc = proc;
    this.ownPid = ownPid;
  }

  /** The name of this machine. */
  public static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unknown host";
    }
  }

  long ownPid() {
    return ownPid;
  }

  /**
   * The scope in which a process id is unique: boot id, pid namespace and time namespace, since
   * containers may share a host name. Empty if the table belongs to another namespace or hides the
   * processes of other users.
   */
  String machine() {
    try {
      boolean ownTable =
          Files.readSymbolicLink(proc.resolve("self")).toString().equals(String.valueOf(ownPid));
      if (!ownTable || startTicks(1).isEmpty()) {
        return "";
      }
      String boot = Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
      return boot + " " + namespace("pid") + " " + namespace("time");
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /** Start time of a running process in clock ticks since boot; empty if it does not run. */
  OptionalLong startTicks(long pid) {
    try {
      Path stat = proc.resolve(String.valueOf(pid)).resolve("stat");
      String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
      // The command is in parentheses and may contain some itself.
      String[] fields = line.substring(line.lastIndexOf(')') + 1).strip().split("\\s+");
      boolean ended = fields[STATE].equals("Z") || fields[STATE].equals("X");
      return ended ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields[START]));
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return OptionalLong.empty();
    }
  }

  private String namespace(String kind) throws IOException {
    Path link = proc.resolve("self/ns").resolve(kind);
    return Files.isSymbolicLink(link) ? Files.readSymbolicLink(link).toString() : kind + ":none";
  }
}
