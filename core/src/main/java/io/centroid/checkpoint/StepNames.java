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

  /** The step of a committed folder's name; empty for any other name. */
  static OptionalLong parseStep(String name) {
    return group(STEP, name);
  }

  /** A checkpoint being written. */
  static String inProgress(long writerEpoch, long step) {
    return hidden("inprogress", writerEpoch, step);
  }

  /** A checkpoint being deleted. */
  static String removed(long writerEpoch, long step) {
    return hidden("removed", writerEpoch, step);
  }

  /** A checkpoint that did not verify and made way for a good one. */
  static String damaged(long writerEpoch, long step) {
    return hidden("damaged", writerEpoch, step);
  }

  static boolean isDamaged(String name) {
    return name.startsWith(".damaged-");
  }

  /** The writer's epoch of any hidden folder that a writer may leave behind. */
  static OptionalLong parseLeftoverEpoch(String name) {
    return group(LEFTOVER, name);
  }

  private static String hidden(String kind, long writerEpoch, long step) {
    return AtomicDirectory.hidden(
        String.format(Locale.ROOT, ".%s-%08d-", kind, writerEpoch),
        String.format(Locale.ROOT, "%08d", step));
  }

  private static OptionalLong group(Pattern pattern, String name) {
    Matcher matcher = pattern.matcher(name);
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }
}
