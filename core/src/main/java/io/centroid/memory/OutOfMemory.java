package io.centroid.memory;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Advice for an out-of-memory error: the setting to raise. */
public final class OutOfMemory {
  private static final int MOST_CHARS = 160;

  private static final String NATIVE_LIMIT = "org.bytedeco.javacpp.maxbytes";

  /** What the JVM names when the operating system refuses memory or a thread. */
  private static final Pattern OUTSIDE_THE_HEAP =
      Pattern.compile("(?i)native thread|map failed|can't allocate memory");

  /** Memory of the classes, which the JVM limits or the operating system refuses. */
  private static final Pattern CLASSES = Pattern.compile("(?i)metaspace|class space");

  /** What LibTorch, cuBLAS, cuDNN and ND4J report when the memory of a GPU is exhausted. */
  private static final Pattern OF_DEVICE =
      Pattern.compile(
          "CUDA out of memory[^\\n]*|CUDA error: out of memory|(CUBLAS|CUDNN)_STATUS_ALLOC_FAILED"
              + "|\\[DEVICE\\] allocation failed[^\\n]*|Failed to allocate[^\\n]*DEVICE[^\\n]*");

  /** What LibTorch reports when the operating system refuses memory. */
  private static final String REFUSED = "can't allocate memory";

  private OutOfMemory() {}

  /** Whether the memory of a GPU is exhausted; the process remains usable then. */
  public static boolean isOfDevice(Throwable error) {
    return device(error).isPresent();
  }

  /** One line with what a library reported of the exhausted GPU, and the settings to lower. */
  public static String ofDevice(Throwable error) {
    return "out of memory on the GPU ("
        + device(error).orElse("")
        + "): lower train.batch-size, train.micro-batch or data.block, or set"
        + " compute.activation-checkpointing = true";
  }

  private static Optional<String> device(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      Matcher matcher = OF_DEVICE.matcher(String.valueOf(cause.getMessage()));
      if (matcher.find()) {
        String found = matcher.group();
        return Optional.of(found.substring(0, Math.min(MOST_CHARS, found.length())));
      }
    }
    return Optional.empty();
  }

  /** Whether the allocation of a native array failed; the process remains usable then. */
  public static boolean isNative(OutOfMemoryError error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.contains("physicalBytes")
          || message.contains("memory within limits")
          || message.contains(REFUSED)) {
        return true;
      }
    }
    return false;
  }

  /** One line with the exhausted memory, its limit and the setting to raise. */
  public static String described(OutOfMemoryError error) {
    if (isNative(error) && !String.valueOf(error.getMessage()).contains(REFUSED)) {
      return "out of memory for native arrays ("
          + "this process may use "
          + mebibytes(nativeLimit())
          + "): raise compute.native-memory, or for ./centroid itself CENTROID_NATIVE_MEMORY";
    }
    String reason = String.valueOf(error.getMessage()).lines().findFirst().orElse("");
    if (CLASSES.matcher(reason).find()) {
      return "out of memory for classes ("
          + reason
          + "): raise -XX:MaxMetaspaceSize or -XX:CompressedClassSpaceSize where they are set, or"
          + " the limits of the process (ulimit -v, or its container's)";
    }
    return OUTSIDE_THE_HEAP.matcher(reason).find()
        ? "out of memory outside the heap ("
            + reason
            + "): raise the limits of the process (ulimit -v, ulimit -u, or its container's)"
        : "out of memory ("
            + reason
            + ", the heap is "
            + mebibytes(Runtime.getRuntime().maxMemory())
            + "): raise spark.executor.memory, or for ./centroid itself CENTROID_DRIVER_MEMORY";
  }

  /** The limit in bytes; the property may have a unit, as in JavaCPP. */
  private static long nativeLimit() {
    String limit = System.getProperty(NATIVE_LIMIT, "").strip().toLowerCase(Locale.ROOT);
    if (!limit.matches("[0-9]{1,12}[kmgt]?b?")) {
      return Runtime.getRuntime().maxMemory(); // JavaCPP's default.
    }
    long number = Long.parseLong(limit.replaceAll("[a-z]", ""));
    String unit = limit.replaceAll("[0-9b]", "");
    return unit.isEmpty() ? number : number << (10 * ("kmgt".indexOf(unit) + 1));
  }

  private static String mebibytes(long bytes) {
    return String.format(Locale.ROOT, "%,d MiB", bytes >> 20);
  }
}
