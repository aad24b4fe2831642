package io.centroid.cli.doctor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.cli.Centroid;
import io.centroid.cli.doctor.Diagnosis.Check;
import io.centroid.cli.options.RunOptions;
import io.centroid.config.InvalidSettings;
import io.centroid.config.RunConfig;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.io.Version;
import io.centroid.spark.session.JobSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code doctor} command: tells before a run what will go wrong in it. */
@Command(
    name = "doctor",
    description = {
      "Check machine, installation and, with CONF, a run: what will go wrong, why, and which"
          + " setting to change.",
      "No job is started; a probe file in run.dir is removed. The exit code is 2 if something was"
          + " found."
    },
    footer = {"", "Example:", "  centroid doctor conf/mnist.conf --master spark://host:7077"},
    mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONF",
      description =
          "Configuration file, a local path or any Hadoop URI, for example conf/mnist.conf.")
  private @Nullable String file;

  @Mixin private RunOptions options;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() {
    Machine machine = Machine.current();
    Optional<Job> job = Optional.empty();
    List<Check> checks;
    if (file == null && options.overrides().isEmpty()) {
      checks = Checks.machine(machine, Centroid.ENGINES);
    } else {
      try {
        RunConfig config = options.load(file);
        job = Optional.of(new Job(config, Centroid.ENGINES));
        checks = Checks.run(machine, job.get());
      } catch (InputException e) {
        checks = withoutConfiguration(machine, e);
      }
    }
    Diagnosis diagnosis = Diagnosis.of(checks, LIMIT);
    Optional<MemoryNeed> memory = job.flatMap(found -> memory(found, machine, diagnosis));
    if (json) {
      spec.commandLine().getOut().println(json(diagnosis, memory));
    } else {
      spec.commandLine().getOut().print(DiagnosisText.of(title(job), diagnosis, memory));
    }
    return diagnosis.findings() == 0 ? ExitCode.DONE : ExitCode.BAD_INPUT;
  }

  private List<Check> withoutConfiguration(Machine machine, InputException first) {
    List<Check> checks = new ArrayList<>(Checks.machine(machine, Centroid.ENGINES));
    checks.add(new Check("settings", () -> Outcome.of("not valid", invalid(first))));
    return checks;
  }

  /** All settings that are not valid; those of Spark once the others are. */
  private List<Finding> invalid(InputException first) {
    List<Finding> findings = new ArrayList<>();
    for (InvalidSettings.Invalid each : InvalidSettings.find(file, options.overrides())) {
      findings.add(invalid(each.problem(), each.change()));
    }
    if (!findings.isEmpty()) {
      return findings;
    }
    List<InputException> ofSpark = List.of();
    try {
      ofSpark = JobSettings.problems(options.load(file));
    } catch (InputException e) {
      // The first: a contradiction of options.
    }
    for (InputException each : ofSpark.isEmpty() ? List.of(first) : ofSpark) {
      findings.add(invalid(String.valueOf(each.getMessage()), Finding.option(each)));
    }
    return findings;
  }

  private static Finding invalid(String problem, Optional<String> change) {
    return Finding.of(
        problem,
        "The run stops before it starts, with this line.",
        change.stream().toArray(String[]::new));
  }

  private String title(Optional<Job> job) {
    return "Centroid "
        + Version.number()
        + job.map(
                found ->
                    ", "
                        + (file == null ? "defaults" : file)
                        + " on "
                        + (found.config().compute().workers() == RunConfig.Compute.WorkerKind.LOCAL
                            ? "threads"
                            : found.spark().master()))
            .orElse(
                file != null
                    ? ", " + file
                    : options.overrides().isEmpty() ? ", this machine" : ", defaults");
  }

  /** The estimate, if its check was made. */
  private static Optional<MemoryNeed> memory(Job job, Machine machine, Diagnosis diagnosis) {
    boolean isKnown =
        diagnosis.checks().stream()
            .anyMatch(
                check ->
                    check.name().equals("memory")
                        && check.status() != Diagnosis.Status.SKIPPED
                        && !check.detail().equals("no answer"));
    try {
      return isKnown ? Optional.of(job.memory(machine)) : Optional.empty();
    } catch (Exception e) {
      return Optional.empty(); // Its check tells why.
    }
  }

  private static ObjectNode json(Diagnosis diagnosis, Optional<MemoryNeed> memory) {
    ObjectNode all = Json.tree(diagnosis);
    all.put("findings", diagnosis.findings());
    memory.ifPresent(need -> all.set("memory", Json.tree(need)));
    return all;
  }
}
