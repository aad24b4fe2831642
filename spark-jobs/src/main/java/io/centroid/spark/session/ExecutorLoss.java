package io.centroid.spark.session;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * Detects executor losses due to memory from the messages of Spark standalone, YARN and Kubernetes,
 * and names the setting to raise.
 */
final class ExecutorLoss {
  private static final Pattern CODE =
      Pattern.compile("(?:exit(?:ed)?(?: with)?|[Ee]xit) (?:code|status):? ?(-?\\d+)");
  private static final Pattern NATIVE =
      Pattern.compile("-Dorg\\.bytedeco\\.javacpp\\.maxbytes=(\\S+)");

  /** Spark's exit code for an OutOfMemoryError. */
  private static final int HEAP = 52;

  /** Exit code 128 + SIGKILL: killed by the kernel or at the container limit. */
  private static final int KILLED = 137;

  private ExecutorLoss() {}

  /**
   * Returns a one-line explanation if memory is the reason.
   *
   * @param reason Spark's message
   */
  static Optional<String> memory(String reason, SparkConf conf) {
    int code = code(reason);
    if (code == HEAP
        || reason.contains("Java heap space")
        || reason.contains("GC overhead limit exceeded")) {
      return Optional.of(
          "out of heap memory: raise spark.executor.memory, currently " + heap(conf));
    }
    if (code == KILLED || isKilledForMemory(reason.toLowerCase(Locale.ROOT))) {
      return Optional.of(
          "killed, usually due to off-heap memory: raise compute.native-memory, currently "
              + nativeMemory(conf)
              + " (spark.executor.memoryOverhead, currently "
              + conf.get("spark.executor.memoryOverhead", "10 % of the heap")
              + "); the heap is spark.executor.memory = "
              + heap(conf));
    }
    if (reason.contains("physicalBytes") || reason.contains("memory within limits")) {
      return Optional.of(
          "out of native memory: raise compute.native-memory, currently " + nativeMemory(conf));
    }
    return Optional.empty();
  }

  private static boolean isKilledForMemory(String reason) {
    return reason.contains("physical memory")
        || reason.contains("virtual memory")
        || reason.contains("oomkilled")
        || reason.contains("container oom");
  }

  /** The exit code in the message; 0 if there is none. */
  private static int code(String reason) {
    Matcher matcher = CODE.matcher(reason);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  private static String heap(SparkConf conf) {
    return conf.get("spark.executor.memory", "1g");
  }

  private static String nativeMemory(SparkConf conf) {
    Matcher matcher = NATIVE.matcher(conf.get("spark.executor.extraJavaOptions", ""));
    if (!matcher.find()) {
      return "unset";
    }
    String bytes = matcher.group(1);
    return bytes.matches("[0-9]{1,18}") ? (Long.parseLong(bytes) >> 20) + " MiB" : bytes;
  }
}
