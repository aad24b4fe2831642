package io.centroid.spark.session;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * What the loss of executors says of their memory, in the words of Spark on its own cluster, on
 * YARN and on Kubernetes, and which setting to raise.
 */
final class ExecutorLoss {
  private static final Pattern CODE =
      Pattern.compile("(?:exit(?:ed)?(?: with)?|[Ee]xit) (?:code|status):? ?(-?\\d+)");
  private static final Pattern NATIVE =
      Pattern.compile("-Dorg\\.bytedeco\\.javacpp\\.maxbytes=(\\S+)");

  /** Spark's own code for a heap that ran out. */
  private static final int HEAP = 52;

  /** 128 and SIGKILL: by the kernel or a container's limit. */
  private static final int KILLED = 137;

  private ExecutorLoss() {}

  /**
   * One line, if memory is what the reason tells of.
   *
   * @param reason as Spark words it
   */
  static Optional<String> memory(String reason, SparkConf conf) {
    int code = code(reason);
    if (code == HEAP
        || reason.contains("Java heap space")
        || reason.contains("GC overhead limit exceeded")) {
      return Optional.of("its heap ran out: raise spark.executor.memory, now " + heap(conf));
    }
    if (code == KILLED || isKilledForMemory(reason.toLowerCase(Locale.ROOT))) {
      return Optional.of(
          "it was killed, most often for the memory outside its heap: raise compute.native-memory,"
              + " now "
              + nativeMemory(conf)
              + " (spark.executor.memoryOverhead, now "
              + conf.get("spark.executor.memoryOverhead", "a tenth of the heap")
              + "); the heap is spark.executor.memory = "
              + heap(conf));
    }
    if (reason.contains("physicalBytes") || reason.contains("memory within limits")) {
      return Optional.of(
          "its native arrays ran out of memory: raise compute.native-memory, now "
              + nativeMemory(conf));
    }
    return Optional.empty();
  }

  private static boolean isKilledForMemory(String reason) {
    return reason.contains("physical memory")
        || reason.contains("virtual memory")
        || reason.contains("oomkilled")
        || reason.contains("container oom");
  }

  /** The exit code that the reason names; 0 if none. */
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
