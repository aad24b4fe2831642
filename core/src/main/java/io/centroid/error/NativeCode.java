package io.centroid.error;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Native libraries that cannot be loaded, most often from a folder that is mounted noexec. */
public final class NativeCode {
  private static final Pattern REPEATED = Pattern.compile("(\\S+\\.so[\\d.]*): \\1: (.*)");
  private static final String REMEDY =
      "; if that folder is mounted noexec, name another one by JAVA_TOOL_OPTIONS="
          + "'-Djava.io.tmpdir=FOLDER -Dorg.bytedeco.javacpp.cachedir=FOLDER' (executors:"
          + " spark.executor.extraJavaOptions)";

  private NativeCode() {}

  /** The line for a failure that a library's loading caused; empty for any other. */
  public static Optional<String> explained(Throwable thrown) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    String found = null;
    for (Throwable next = thrown; next != null && seen.add(next); next = next.getCause()) {
      String message = String.valueOf(next.getMessage());
      if (next instanceof UnsatisfiedLinkError && message.contains(".so")) {
        found = message;
      }
    }
    if (found == null) {
      return Optional.empty();
    }
    String line = InputErrors.oneLine(found.strip().lines().findFirst().orElse(""));
    Matcher twice = REPEATED.matcher(line);
    return Optional.of(
        "cannot load native code: "
            + (twice.matches() ? twice.group(1) + ": " + twice.group(2) : line)
            + REMEDY);
  }
}
