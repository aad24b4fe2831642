package io.centroid.cli;

import io.centroid.security.Redaction;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.FSError;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The entry point. Results go to standard output, everything else to standard error; a failed
 * command prints one line, {@code centroid: <message>}, and exits with an {@link ExitCode}.
 */
@Command(
    name = "centroid",
    description = "Distributed deep-learning training on Apache Spark by parameter averaging.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      TrainCommand.class,
      EvaluateCommand.class,
      PredictCommand.class,
      GenerateCommand.class,
      ExportCommand.class,
      ServeCommand.class,
      PackageCommand.class,
      FetchCommand.class,
      PrepareCommand.class,
      RegistryCommand.class,
      RetrainCommand.class,
      ClusterCommand.class,
      SubmitCommand.class,
      BenchCommand.class,
      ChaosCommand.class,
      CommandLine.HelpCommand.class,
    })
public final class Centroid implements Callable<Integer> {
  private static final String VERBOSE_VARIABLE = "CENTROID_VERBOSE";

  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of what went wrong (or set " + VERBOSE_VARIABLE + "=1).")
  private boolean verbose;

  /** Runs a command and exits the JVM with its code. */
  public static void main(String[] args) {
    // Results are UTF-8 whatever the locale says: scripts parse them.
    PrintWriter out =
        new PrintWriter(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exitCode = run(out, err, args);
    out.flush();
    System.exit(exitCode);
  }

  /** Runs a command and returns its {@link ExitCode}. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    Centroid root = new Centroid();
    CommandLine commandLine = commandLine(root).setOut(out).setErr(err);
    try {
      return commandLine.execute(args);
    } catch (LinkageError | OutOfMemoryError | FSError e) {
      return root.report(e, commandLine);
    }
  }

  static CommandLine commandLine(Centroid root) {
    CommandLine commandLine = new CommandLine(root);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    // From the first word on that submit does not know, everything belongs to the command.
    Objects.requireNonNull(commandLine.getSubcommands().get("submit"))
        .setStopAtPositional(true)
        .setUnmatchedOptionsArePositionalParams(true);
    commandLine.setParameterExceptionHandler((e, args) -> root.report(e, e.getCommandLine()));
    commandLine.setExecutionExceptionHandler((e, command, result) -> root.report(e, command));
    return commandLine;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.BAD_INPUT;
  }

  private int report(Throwable thrown, CommandLine command) {
    Failure failure = Failure.of(thrown);
    command.getErr().println("centroid: " + Redaction.of(failure.line()));
    if (verbose || System.getenv(VERBOSE_VARIABLE) != null) {
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      command.getErr().print(Redaction.of(trace.toString()));
      command.getErr().flush();
    }
    return failure.exitCode();
  }
}
