package io.centroid.memory;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The memory of this process outside the Java heap: buffers of native libraries, thread stacks,
 * compiled code, JVM structures. Resident memory does not show it, since that varies with the heap
 * by hundreds of megabytes. Available on Linux with HotSpot.
 *
 * @see <a href="https://docs.kernel.org/filesystems/proc.html">proc(5): smaps</a>
 */
public final class OffHeapMemory {
  private static final Path SMAPS = Path.of("/proc/self/smaps");
  private static final Pattern HEAP =
      Pattern.compile("Heap address: 0x([0-9a-f]+), size: (\\d+) MB");
  private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .*");
  private static final Pattern SIZE = Pattern.compile("(Anonymous|Swap): +(\\d+) kB");

  private OffHeapMemory() {}

  /** A range of addresses. */
  record Addresses(long start, long end) {
    private boolean contains(long address) {
      return address >= start && address < end;
    }
  }

  /** Anonymous memory outside the heap in bytes, including swapped pages; empty if unavailable. */
  public static OptionalLong bytes() {
    try {
      Matcher heap = HEAP.matcher(vmInfo());
      if (!heap.find() || !Files.isReadable(SMAPS)) {
        return OptionalLong.empty();
      }
      long start = Long.parseUnsignedLong(heap.group(1), 16);
      long size = Long.parseLong(heap.group(2)) << 20;
      return OptionalLong.of(
          anonymous(Files.readAllLines(SMAPS), new Addresses(start, start + size)));
    } catch (IOException | JMException e) {
      return OptionalLong.empty();
    }
  }

  /** Sums up a listing in {@code smaps} format. */
  static long anonymous(List<String> lines, Addresses heap) {
    long kibibytes = 0;
    boolean counts = false;
    for (String line : lines) {
      Matcher mapping = MAPPING.matcher(line);
      Matcher size = SIZE.matcher(line);
      if (mapping.matches()) {
        counts = !heap.contains(Long.parseUnsignedLong(mapping.group(1), 16));
      } else if (counts && size.matches()) {
        kibibytes += Long.parseLong(size.group(2));
      }
    }
    return kibibytes << 10;
  }

  /** HotSpot's crash report, which contains the address of the heap. */
  private static String vmInfo() throws JMException {
    return (String)
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), "vmInfo", null, null);
  }
}
