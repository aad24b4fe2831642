package io.centroid.fuzz.parsers;

import io.centroid.fuzz.Fault;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.Trial;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What Jazzer calls, found by the names of its methods. Holds inputs against the same rules as the
 * fuzzer, save that what Jazzer's instrumentation allocates is not the parser's: memory is let be
 * four times as much.
 */
public final class GuidedEntry {
  private static @Nullable FuzzTarget target;

  private GuidedEntry() {}

  /** Once, before the first input: classes are instrumented when they are loaded, which is now. */
  public static void fuzzerInitialize(String[] args) {
    FuzzTarget made = Targets.named(args[0]).maker().get();
    made.seeds().forEach(seed -> Trial.of(made, seed));
    target = made;
  }

  /** For each input. */
  public static void fuzzerTestOneInput(byte[] input) {
    FuzzTarget current = Objects.requireNonNull(target);
    Trial trial = Trial.of(current, input);
    Optional<Fault> fault =
        trial
            .fault()
            .filter(
                found ->
                    found.kind() != Fault.Kind.ALLOCATED
                        || trial.allocated() > 4 * current.bound().bytes(input.length));
    if (fault.isPresent()) {
      throw new AssertionError(
          fault.get().kind() + " in " + fault.get().where() + ": " + fault.get().details());
    }
  }
}
