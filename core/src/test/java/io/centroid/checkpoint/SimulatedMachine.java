package io.centroid.checkpoint;

import io.centroid.checkpoint.lease.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A simulated machine with processes as files in the layout of {@code /proc}. Each process has its
 * own view, since {@code self} differs.
 */
public final class SimulatedMachine {
  private final Path folder;
  private final String boot;
  private final Map<Long, String> running = new TreeMap<>();
  private long nextPid = 100;
  private long ticks = 5_000;

  public SimulatedMachine(Path folder, String boot) {
    this.folder = folder;
    this.boot = boot;
    running.put(1L, stat(1, "S", 1));
  }

  /** Starts a process and returns its process table. */
  public synchronized ProcessTable start() throws IOException {
    return start(nextPid++);
  }

  /** Starts a process with a process id that may be reused. */
  public synchronized ProcessTable start(long pid) throws IOException {
    running.put(pid, stat(pid, "S", ticks++));
    Path view = view(pid);
    Files.createDirectories(view.resolve(pid + "/ns"));
    Files.createDirectories(view.resolve("sys/kernel/random"));
    Files.writeString(view.resolve("sys/kernel/random/boot_id"), boot + "\n");
    Files.deleteIfExists(view.resolve("self"));
    Files.createSymbolicLink(view.resolve("self"), Path.of(String.valueOf(pid)));
    namespace(pid, "pid:[4026531836]");
    show();
    return new ProcessTable(view, pid);
  }

  /** Moves a process to another pid namespace. */
  public synchronized void namespace(long pid, String name) throws IOException {
    Path link = view(pid).resolve(pid + "/ns/pid");
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, Path.of(name));
  }

  /** Ends a process that its parent has not reaped. */
  public synchronized void leaveDefunct(long pid) throws IOException {
    running.put(pid, stat(pid, "Z", 5_000));
    show();
  }

  public synchronized void kill(long pid) throws IOException {
    running.remove(pid);
    show();
  }

  synchronized void killAll() throws IOException {
    running.keySet().removeIf(pid -> pid != 1);
    show();
  }

  /** Hides a process, like the kernel's hidepid option. */
  public synchronized void hide(long pid) throws IOException {
    running.remove(pid);
    show();
  }

  private Path view(long pid) {
    return folder.resolve("of-" + pid);
  }

  private void show() throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (var views = Files.list(folder)) {
      for (Path view : views.toList()) {
        try (var shown = Files.list(view)) {
          for (Path process : shown.toList()) {
            Files.deleteIfExists(process.resolve("stat"));
          }
        }
        for (Map.Entry<Long, String> process : running.entrySet()) {
          Path shown = Files.createDirectories(view.resolve(String.valueOf(process.getKey())));
          Files.writeString(shown.resolve("stat"), process.getValue());
        }
      }
    }
  }

  private static String stat(long pid, String state, long start) {
    return pid + " (a (very) odd name) " + state + " 1".repeat(18) + " " + start + " 0 0\n";
  }
}
