package io.centroid.checkpoint.lease;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The processes that this one can see, as Linux shows them under {@code /proc}. Elsewhere nothing
 * can be seen, and so nothing be proved.
 */
public final class ProcessTable {
  /** The field of {@code stat} behind the command that holds the state. */
  private static final int STATE = 0;

  /** Likewise the time of start, in clock ticks since boot: no adjusted clock moves it. */
  private static final int START = 19;

  private final Path proc;
  private final long ownPid;

  public ProcessTable() {
    this(Path.of("/proc"), ProcessHandle.current().pid());
  }

  /** A table that lies elsewhere. */
  public ProcessTable(Path proc, long ownPid) {
    this.proc = proc;
    this.ownPid = ownPid;
  }

  long ownPid() {
    return ownPid;
  }

  /**
   * Where a process number means this process alone: the boot of a kernel, and the namespaces of
   * numbers and of time, since containers may have equal host names. Empty where the table is
   * another namespace's, or hides the processes of other users.
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

  /** When a process that runs was started; empty if there is none, or it has ended. */
  OptionalLong startTicks(long pid) {
    try {
      Path stat = proc.resolve(String.valueOf(pid)).resolve("stat");
      String line = Files.readString(stat, StandardCharsets.ISO_8859_1);
      // The command stands in parentheses and may hold some itself.
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
