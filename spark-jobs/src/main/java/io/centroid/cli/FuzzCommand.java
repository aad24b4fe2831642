package io.centroid.cli;

import io.centroid.InputException;
import io.centroid.fuzz.Fault;
import io.centroid.fuzz.Finding;
import io.centroid.fuzz.Fuzzer;
import io.centroid.fuzz.TargetReport;
import io.centroid.fuzz.TargetSpec;
import io.centroid.fuzz.parsers.FuzzReport;
import io.centroid.fuzz.parsers.GuidedFuzzer;
import io.centroid.fuzz.parsers.InputFiles;
import io.centroid.fuzz.parsers.Targets;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fuzz}: damaged inputs for every parser of ours. */
@Command(
    name = "fuzz",
    description = {
      "Give damaged inputs to every parser that reads bytes from outside.",
      "Each must be read, or refused with one line, in memory that its length accounts for and"
          + " without an end that never comes. The same seed gives the same inputs and findings."
          + " Exits with 1 if anything was found; the input is kept. See docs/fuzzing.md."
    },
    mixinStandardHelpOptions = true)
final class FuzzCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--target",
      paramLabel = "NAME",
      description = "Only this one; repeatable. --list names them.")
  private List<String> targets = new ArrayList<>();

  @Option(names = "--list", description = "Print the names of all targets.")
  private boolean list;

  @Option(
      names = "--inputs",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Inputs of all targets together (${DEFAULT-VALUE}).")
  private long inputs;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Most time for each target; the number of inputs then depends on the machine.")
  private @Nullable Long seconds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides the inputs (${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that read inputs (default: the processors).")
  private @Nullable Integer threads;

  @Option(
      names = "--slowest",
      paramLabel = "S",
      defaultValue = "20",
      description = "Seconds after which a parser counts as stuck (${DEFAULT-VALUE}).")
  private long slowest;

  @Option(
      names = "--corpus",
      paramLabel = "DIR",
      description = "Inputs to begin from as well, in a folder of the target's name.")
  private @Nullable Path corpus;

  @Option(
      names = "--findings",
      paramLabel = "DIR",
      defaultValue = "runs/fuzz",
      description = "Where inputs that broke a rule are kept (${DEFAULT-VALUE}).")
  private Path findings;

  @Option(
      names = "--reproduce",
      paramLabel = "FILE",
      description = "Read this one input, of the target that --target or its name gives.")
  private @Nullable Path reproduce;

  @Option(
      names = "--guided",
      description =
          "Let Jazzer choose inputs by the code that they reach; for --seconds (60) each target.")
  private boolean guided;

  @Option(names = "--json", description = "Print one JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() {
    check();
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      Targets.ALL.forEach(target -> out.println(target.name()));
      return ExitCode.DONE;
    }
    if (reproduce != null) {
      TargetSpec target =
          Targets.named(targets.isEmpty() ? InputFiles.target(reproduce) : targets.get(0));
      return new FuzzReproduction(target, InputFiles.read(reproduce)).run(out, json);
    }
    List<TargetSpec> chosen =
        targets.isEmpty() ? Targets.ALL : targets.stream().map(Targets::named).toList();
    return guided ? guide(chosen) : fuzz(chosen, out);
  }

  private void check() {
    if (inputs < 1 || slowest < 1 || seconds != null && seconds < 1) {
      throw new InputException("--inputs, --seconds and --slowest must be at least 1");
    }
    if (threads != null && (threads < 1 || threads > 256)) {
      throw new InputException("--threads must be from 1 to 256: " + threads);
    }
  }

  private int fuzz(List<TargetSpec> chosen, PrintWriter out) {
    Fuzzer fuzzer =
        new Fuzzer(
            seed,
            threads == null ? Runtime.getRuntime().availableProcessors() : threads,
            seconds == null ? Duration.ofDays(365) : Duration.ofSeconds(seconds),
            Duration.ofSeconds(slowest),
            name -> corpus == null ? List.of() : InputFiles.in(corpus.resolve(name)));
    int shares = chosen.stream().mapToInt(TargetSpec::share).sum();
    List<TargetReport> reports = new ArrayList<>();
    try (FuzzProgress progress = new FuzzProgress(spec.commandLine().getErr(), inputs)) {
      for (TargetSpec target : chosen) {
        long own = (inputs * target.share() + shares - 1) / shares;
        progress.begin(target.name(), own);
        TargetReport report = fuzzer.run(target, own, progress::step);
        report.findings().forEach(finding -> keep(finding, progress));
        progress.end(report);
        reports.add(report);
      }
    }
    FuzzReport report = new FuzzReport(seed, reports);
    out.print(json ? report.toJson() + "\n" : report.toText());
    out.flush();
    return report.isClean() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void keep(Finding finding, FuzzProgress progress) {
    Path file = findings.resolve(finding.fileName());
    InputFiles.write(file, finding.input());
    Fault fault = finding.fault();
    progress.line(
        "%s: %s in %s: %s%n  ./centroid fuzz --reproduce %s"
            .formatted(
                finding.target(),
                fault.kind(),
                fault.where(),
                FuzzReport.shortened(fault.what()),
                ShellWord.of(file.toString())));
  }

  private int guide(List<TargetSpec> chosen) {
    GuidedFuzzer fuzzer =
        new GuidedFuzzer(
            Duration.ofSeconds(seconds == null ? 60 : seconds), seed, findings, corpus);
    boolean clean = true;
    for (TargetSpec target : chosen) {
      clean &= fuzzer.run(target, spec.commandLine().getErr()::println);
    }
    return clean ? ExitCode.DONE : ExitCode.FAILED;
  }
}
