package io.centroid.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.centroid.fuzz.Fault;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.TargetSpec;
import io.centroid.fuzz.Trial;
import java.io.PrintWriter;
import java.util.Optional;

/** One input that is read again. */
record FuzzReproduction(TargetSpec target, byte[] input) {

  /** Prints how it went; returns an {@link ExitCode}. */
  int run(PrintWriter out, boolean json) {
    Trial trial;
    try (FuzzTarget made = target.maker().get()) {
      Trial.of(made, input); // Classes that are loaded for the first time are not its cost.
      trial = Trial.of(made, input);
    }
    Optional<Fault> fault = trial.fault();
    if (json) {
      out.println(
          JsonNodeFactory.instance
              .objectNode()
              .put("target", target.name())
              .put("accepted", trial.accepted())
              .put("allocatedBytes", trial.allocated())
              .put("fault", fault.map(Fault::what).orElse(null)));
    } else {
      out.printf(
          "%s, %,d bytes: %s, %.1f ms, %,d bytes allocated%n",
          target.name(),
          input.length,
          trial.accepted() ? "accepted" : fault.isPresent() ? "broke a rule" : "refused",
          trial.nanos() / 1e6,
          trial.allocated());
      fault.ifPresent(
          found -> out.println(found.kind() + ": " + found.what() + "\n" + found.details()));
    }
    return fault.isPresent() ? ExitCode.FAILED : ExitCode.DONE;
  }
}
