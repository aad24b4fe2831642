package io.centroid.checkpoint;

import io.centroid.io.storage.AtomicDirectory;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of folders under {@code checkpoints}. */
final class StepNames {
  private static final Pattern STEP = Pattern.compile("step-(\\d{8,18})");
  private static final Pattern LEFTOVER =
      Pattern.compile("\\.(?:inprogress|removed|damaged)-(\\d{8,18})-\\d{8,18}-[0-9a-f-]{36}");

  private StepNames() {}

  static String step(long step) {
    return String.format(Locale.ROOT, "step-%08d", step);
  }

  /** Parses the step from the name of a committed folder; empty for any other name. */
  static OptionalLong parseStep(String name) {
    return group(STEP, name);
  }

  /** Name of a checkpoint that is being written. */
  static String inProgress(long fencingToken, long step) {
    return hidden("inprogress", fencingToken, step);
  }

  /** Name of a checkpoint that is being deleted. */
  static String removed(long fencingToken, long step) {
    return hidden("removed", fencingToken, step);
  }

  /** Name of a checkpoint that did not verify and was moved aside. */
  static String damaged(long fencingToken, long step) {
    return hidden("damaged", fencingToken, step);
  }

  static boolean isDamaged(String name) {
    return name.startsWith(".damaged-");
  }

  /** Parses the fencing token from the name of a leftover hidden folder. */
  static OptionalLong parseLeftoverToken(String name) {
    return group(LEFTOVER, name);
  }

  private static String hidden(String kind, long fencingToken, long step) {
    return AtomicDirectory.hidden(
        String.format(Locale.ROOT, ".%s-%08d-", kind, fencingToken),
        String.format(Locale.ROOT, "%08d", step));
  }

  private static OptionalLong group(Pattern pattern, String name) {
    Matcher matcher = pattern.matcher(name);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }
}
