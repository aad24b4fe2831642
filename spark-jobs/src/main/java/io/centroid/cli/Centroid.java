package io.centroid.cli;

import io.centroid.cli.doctor.DoctorCommand;
import io.centroid.cli.process.CommandProcess;
import io.centroid.cli.process.Failure;
import io.centroid.cli.process.Interruption;
import io.centroid.cli.process.ShellWord;
import io.centroid.cli.process.StandardOutput;
import io.centroid.cli.report.CommandGroups;
import io.centroid.cli.report.FailureLog;
import io.centroid.cli.report.ProgressReport;
import io.centroid.cli.report.SweepProgress;
import io.centroid.cli.report.Terminal;
import io.centroid.cli.trust.CardCommand;
import io.centroid.cli.trust.ExplainCommand;
import io.centroid.cli.trust.KeyCommand;
import io.centroid.cli.trust.LeakCommand;
import io.centroid.cli.trust.RedactCommand;
import io.centroid.cli.watch.WatchCommand;
import io.centroid.device.Device;
import io.centroid.dl4j.Dl4jEngine;
import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.io.Version;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Engines;
import io.centroid.report.HtmlReporter;
import io.centroid.run.metrics.RunReporter;
import io.centroid.security.Redaction;
import io.centroid.spark.monitoring.SparkMetrics;
import io.centroid.tensorboard.TensorBoard;
import io.centroid.torch.TorchEngine;
import io.centroid.tracking.MlflowReporter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSError;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * Entry point of the command line. Results go to standard output, everything else to standard
 * error; a failed command prints one line, {@code centroid: <message>}, and exits with an {@link
 * ExitCode}.
 */
@Command(
    name = "centroid",
    description = "Distributed deep-learning training on Apache Spark by parameter averaging.",
    footer = {"", "Examples:", "  centroid train conf/mnist.conf", "  centroid help train"},
    mixinStandardHelpOptions = true,
    versionProvider = Centroid.VersionLine.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Centroid implements Callable<Integer> {
  private static final List<Class<?>> COMMANDS =
      List.of(
          TrainCommand.class,
          SweepCommand.class,
          EvaluateCommand.class,
          ReportCommand.class,
          PredictCommand.class,
          ExplainCommand.class,
          GenerateCommand.class,
          ExportCommand.class,
          FetchCommand.class,
          PrepareCommand.class,
          RedactCommand.class,
          RegistryCommand.class,
          RetrainCommand.class,
          LeakCommand.class,
          CardCommand.class,
          WatchCommand.class,
          KeyCommand.class,
          DoctorCommand.class);

  /** System property with the installation folder, which contains {@code ./centroid}. */
  public static final String HOME = "centroid.home";

  /** System property of a submitted command: the words before it, as text for a shell. */
  public static final String SUBMITTED_BY = "centroid.submitted-by";

  /** The command as the user started it. */
  private static final String LAUNCHER = System.getProperty("centroid.launcher", "centroid");

  /** What the commands that are printed begin with, as text for a shell. */
  static final String PROMPT = System.getProperty(SUBMITTED_BY, ShellWord.of(LAUNCHER));

  /** Engines of the commands, in order of preference: the first that supports a network is used. */
  public static final Engines ENGINES =
      Engines.of(new CpuEngine(), new Dl4jEngine(), new TorchEngine(Device.Kind.CPU));

  /** Reporters of the commands that train. */
  static final List<RunReporter.Factory> REPORTERS = reporters(Map.of());

  /** Environment variable that stands for {@code --verbose}. */
  public static final String VERBOSE_VARIABLE = "CENTROID_VERBOSE";

  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description =
          "Print details, and the stack trace of a failure (or set " + VERBOSE_VARIABLE + "=1).")
  private boolean verbose;

  @Option(
      names = "--progress",
      paramLabel = "auto|plain|none",
      scope = ScopeType.INHERIT,
      description =
          "auto: a progress bar on a terminal, elsewhere lines (default); plain: lines; none: no"
              + " progress.")
  private Terminal.Progress progress = Terminal.Progress.AUTO;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Print only the result, and a failure.")
  private boolean quiet;

  private final Interruption interruption = new Interruption();
  private Runnable written = () -> {};
  private List<String> arguments = List.of();
  private @Nullable Terminal terminal;

  /**
   * Runs a command. Returns if it succeeds, otherwise exits the JVM with its {@link ExitCode}: in
   * cluster mode Spark counts a driver that exits before it returned as failed, whatever its code.
   */
  public static void main(String[] args) {
    main(List.of(), args);
  }

  /**
   * As {@link #main(String[])}, with additional commands.
   *
   * @param more additional command classes, annotated, with a no-argument constructor
   */
  public static void main(List<Class<?>> more, String[] args) {
    // Results are always UTF-8, regardless of the locale: scripts parse them.
    StandardOutput stream = new StandardOutput();
    PrintWriter out = new PrintWriter(stream, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    Centroid root = new Centroid();
    root.interruption.install(err, System::exit);
    root.written = stream::requireWritten;
    int exitCode = root.run(CommandProcess::prepare, more, out, err, args);
    if (exitCode != ExitCode.DONE) {
      System.exit(exitCode);
    }
  }

  /** Runs a command and returns its {@link ExitCode}. */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return run(List.of(), out, err, args);
  }

  /** As {@link #run(PrintWriter, PrintWriter, String...)}, with additional commands. */
  public static int run(List<Class<?>> more, PrintWriter out, PrintWriter err, String... args) {
    return new Centroid().run(() -> {}, more, out, err, args);
  }

  private int run(
      Runnable before, List<Class<?>> more, PrintWriter out, PrintWriter err, String... words) {
    arguments = List.of(words);
    String[] args = ofSubcommand(words);
    try {
      before.run();
      int exitCode = withCommands(needed(more, args)).setOut(out).setErr(err).execute(args);
      out.flush();
      if (exitCode == ExitCode.DONE) {
        requireWritten();
      }
      return exitCode;
    } catch (InputException
        | StandardOutput.LostException
        | LinkageError
        | OutOfMemoryError
        | StackOverflowError
        | FSError e) {
      return report(e, err);
    }
  }

  /** {@code key rotate --help} for {@code help key rotate}, of which picocli reads one word. */
  private static String[] ofSubcommand(String... words) {
    boolean named = words.length == 3 && words[0].equals("help") && !words[2].startsWith("-");
    return named ? new String[] {words[1], words[2], "--help"} : words;
  }

  /** The command line with all commands; failures are reported in one line. */
  public static CommandLine commandLine(List<Class<?>> more) {
    return new Centroid().withCommands(all(more));
  }

  private static List<Class<?>> all(List<Class<?>> more) {
    return Stream.concat(COMMANDS.stream(), more.stream()).toList();
  }

  /**
   * The command that the first word names, since preparing all takes a tenth of a second; else all.
   */
  private static List<Class<?>> needed(List<Class<?>> more, String... args) {
    List<Class<?>> all = all(more);
    Optional<Class<?>> named =
        all.stream()
            .filter(
                command ->
                    args.length > 0 && command.getAnnotation(Command.class).name().equals(args[0]))
            .findFirst();
    return named.<List<Class<?>>>map(List::of).orElse(all);
  }

  private CommandLine withCommands(List<Class<?>> commands) {
    CommandLine commandLine = new CommandLine(this);
    commands.forEach(commandLine::addSubcommand);
    commandLine.addSubcommand(CommandLine.HelpCommand.class);
    commandLine
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
    commandLine
        .getHelpSectionMap()
        .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new CommandGroups());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler((e, args) -> report(e, e.getCommandLine().getErr()));
    commandLine.setExecutionExceptionHandler((e, command, result) -> report(e, command.getErr()));
    return commandLine;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.BAD_INPUT;
  }

  /**
   * The start of a command line as text for a shell.
   *
   * @param words words after the launcher, or after the words of a submitted command before it
   */
  public static String shellText(List<String> words) {
    return Stream.concat(Stream.of(PROMPT), words.stream().map(ShellWord::of))
        .collect(Collectors.joining(" "));
  }

  /** True if details are to be printed. */
  public boolean isVerbose() {
    return verbose || System.getenv(VERBOSE_VARIABLE) != null;
  }

  /**
   * Ends the command if its output is lost.
   *
   * @throws StandardOutput.LostException if a write to standard output failed
   */
  public void requireWritten() {
    written.run();
  }

  /** Standard error, for the remarks and the progress of this command. */
  public Terminal terminal() {
    Terminal opened = terminal;
    if (opened == null) {
      opened = new Terminal(spec.commandLine().getErr(), progress, quiet);
      terminal = opened;
    }
    return opened;
  }

  /**
   * Reporters of a run. MLflow is last: it copies what the others wrote.
   *
   * @param hyperparameters values of the keys that a sweep varies; empty without a sweep
   */
  static List<RunReporter.Factory> reporters(Map<String, String> hyperparameters) {
    return List.of(
        SparkMetrics.FACTORY,
        new TensorBoard(hyperparameters),
        new HtmlReporter(),
        MlflowReporter.FACTORY);
  }

  /** The progress of a run; a signal that stops the run makes it say how to resume. */
  ProgressReport progress() {
    ProgressReport report = new ProgressReport(terminal(), isVerbose());
    interruption.explain(report::stop);
    return report;
  }

  /** The progress of a sweep; a signal that stops it makes it say how to resume. */
  SweepProgress sweepProgress(String folder) {
    SweepProgress progress = new SweepProgress(terminal(), isVerbose(), folder);
    interruption.explain(progress::stop);
    return progress;
  }

  private int report(Throwable thrown, PrintWriter err) {
    Failure failure = Failure.of(thrown);
    if (interruption.isUnderway() || failure.line().isEmpty()) {
      return failure.exitCode();
    }
    Optional<Path> log =
        failure.isUnexpected()
            ? FailureLog.of(System.getenv()).flatMap(folder -> folder.write(thrown, arguments))
            : Optional.empty();
    err.println(
        "centroid: "
            + Redaction.of(failure.line())
            + log.map(file -> " (details: " + file + ")").orElse(""));
    if (isVerbose() || (failure.isUnexpected() && log.isEmpty())) {
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      err.print(Redaction.of(trace.toString()));
      err.flush();
    }
    return failure.exitCode();
  }

  /** Output of {@code --version}. */
  static final class VersionLine implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {Version.line()};
    }
  }
}
