package io.centroid.cli.doctor;

import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.error.StorageFailure;
import io.centroid.error.WorkerFailure;
import io.centroid.nn.Engines;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.kernels.CpuKernels;
import io.centroid.nn.kernels.OpenBlas;
import io.centroid.nn.matrix.OneDnn;
import io.centroid.nn.matrix.WeightFormat;
import io.centroid.run.RunOutlook;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Checks of the native libraries: OpenBLAS with its kernels, and those of the engine. */
final class NativeChecks {
  private NativeChecks() {}

  /** Loads OpenBLAS and checks its kernels. */
  static Outcome kernels(Machine machine, Optional<CpuKernels> pinned) {
    try {
      Optional<CpuKernels> used = CpuKernels.loaded();
      return kernels(
          used, CpuKernels.fastest(), pinned, machine.variable(CpuKernels.VARIABLE).isPresent());
    } catch (WorkerFailure e) {
      return Outcome.of(
          "OpenBLAS cannot be loaded",
          List.of(
              Finding.of(
                  StorageFailure.reason(e),
                  "All engines compute initial parameters with it.",
                  "unset " + CpuKernels.VARIABLE)));
    }
  }

  /**
   * Compares kernels.
   *
   * @param used kernels of OpenBLAS in this process
   * @param fastest fastest kernels that the processor runs
   * @param pinned {@code compute.cpu-kernels}
   * @param isForced whether the environment names the kernels
   */
  static Outcome kernels(
      Optional<CpuKernels> used,
      Optional<CpuKernels> fastest,
      Optional<CpuKernels> pinned,
      boolean isForced) {
    List<Finding> findings = new ArrayList<>();
    if (pinned.isPresent() && !pinned.equals(used)) {
      findings.add(
          Finding.of(
              String.format(
                  Locale.ROOT,
                  "compute.cpu-kernels = %s, but OpenBLAS chose %s in this process",
                  pinned.get(),
                  used.map(CpuKernels::name).orElse("others")),
              "A process with other kernels is refused: its results would differ in the last"
                  + " bits.",
              "export " + CpuKernels.VARIABLE + "=" + pinned.get()));
    }
    int loss =
        used.isEmpty() || fastest.isEmpty()
            ? 1
            : fastest.get().flopPerCycle() / used.get().flopPerCycle();
    if (loss > 1 && findings.isEmpty()) {
      String found =
          String.format(
              Locale.ROOT,
              "OpenBLAS computes with the kernels %s, this processor runs %s",
              used.orElseThrow(),
              fastest.orElseThrow());
      String why =
          "Products of matrices take up to " + loss + " times as long: the vectors are shorter.";
      if (pinned.isPresent()) {
        findings.add(Finding.note(found, why, "--set compute.cpu-kernels=auto"));
      } else if (isForced) {
        findings.add(Finding.of(found, why, "unset " + CpuKernels.VARIABLE));
      }
    }
    return Outcome.of(
        OpenBlas.versions().get("blas")
            + ", "
            + OpenBlas.versions().get("platform")
            + (isForced ? ", set by " + CpuKernels.VARIABLE : ""),
        findings);
  }

  /**
   * Checks that the engine of a run's network can be used.
   *
   * @param network the network without its data
   * @param outlook the network with its data
   */
  static Outcome engine(
      RunConfig config, Callable<RunOutlook.Network> network, Callable<RunOutlook> outlook)
      throws Exception {
    try {
      RunOutlook.Network unused = network.call();
    } catch (InputException | WorkerFailure e) {
      return unusable(e);
    }
    NetworkSpec spec;
    try {
      spec = outlook.call().network();
    } catch (InputException | UncheckedIOException e) {
      return Outcome.ok("compute.engine = " + config.compute().engine());
    }
    try {
      spec.engine().require(config.compute().precision());
      return Outcome.ok(
          spec.engine().name()
              + " for model.name = "
              + spec.architecture().name()
              + String.format(Locale.ROOT, ", %,d parameters", spec.layout().parameterCount()));
    } catch (InputException | WorkerFailure | LinkageError e) {
      return unusable(e);
    }
  }

  private static Outcome unusable(Throwable e) {
    String reason = StorageFailure.reason(e);
    String change =
        reason.contains("compute.precision")
            ? "--set compute.precision=float32"
            : reason.contains("compute.device")
                ? "--set compute.device=cpu"
                : reason.contains("init-from")
                    ? "--set model.init-from=MODEL"
                    : "--set compute.engine=auto";
    return Outcome.of(
        "cannot be used",
        List.of(Finding.of(reason, "The run would stop before it reads the data.", change)));
  }

  /** Tells which engines can be used on this machine; none is needed. */
  static Outcome engines(Engines engines) {
    List<String> usable = new ArrayList<>();
    for (LearnerFactory engine : engines.available()) {
      try {
        engine.versions();
        usable.add(engine.name());
      } catch (InputException | WorkerFailure | LinkageError e) {
        usable.add(engine.name() + " not: " + StorageFailure.reason(e));
      }
    }
    String bfloat16 =
        OneDnn.obstacle(WeightFormat.BFLOAT16).map(why -> " no, it " + why).orElse(" yes");
    return Outcome.ok(String.join(", ", usable) + "; compute.precision = bfloat16:" + bfloat16);
  }
}
