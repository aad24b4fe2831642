package io.centroid.cli.process;

import io.centroid.error.ExitCode;
import io.centroid.error.InputException;
import io.centroid.error.NativeCode;
import io.centroid.error.ReportedException;
import io.centroid.error.StorageFailure;
import io.centroid.error.WorkerFailure;
import io.centroid.memory.OutOfMemory;
import io.centroid.security.KerberosLogin;
import io.centroid.train.DivergedException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The one-line message and exit code of an exception that ends a command; the message is empty if
 * the reader of standard output has closed its pipe. An {@link InputException} anywhere in the
 * chain of causes determines both, because Spark wraps its tasks' exceptions.
 *
 * @param exitCode one of {@link ExitCode}
 * @param line message without line breaks; only the end of a dead daemon's log may follow it
 * @param isUnexpected true if the message does not explain the failure, so that its stack trace is
 *     needed
 */
public record Failure(int exitCode, String line, boolean isUnexpected) {
  /** Options of earlier releases, by command, and their replacements. */
  private static final Map<String, String> REPLACED =
      Map.of(
          "fetch --to", "--out",
          "fetch --conf", "an argument: fetch mnist CONF",
          "export --shard-mebibytes", "--max-shard-size",
          "cluster --dir", "--cluster-dir",
          "cluster --workers", "--spark-workers",
          "chaos --workers", "--spark-workers",
          "chaos --dir", "--out",
          "chaos --mean-pause", "--mean-pause-seconds",
          "bench --spark", "--compute spark",
          "bench --threads", "--compute local");

  private static final Set<String> ONLY_IN_A_CHECKOUT =
      Set.of("cluster", "submit", "bench", "chaos");

  private Failure(int exitCode, String line) {
    this(exitCode, line, false);
  }

  public static Failure of(Throwable thrown) {
    if (thrown instanceof UnmatchedArgumentException unmatched) {
      return new Failure(ExitCode.BAD_INPUT, unknown(unmatched));
    }
    if (thrown instanceof ParameterException) {
      return new Failure(ExitCode.BAD_INPUT, oneLine(thrown.getMessage(), thrown));
    }
    String ticket = KerberosLogin.missingTicket(thrown);
    if (ticket != null) {
      return new Failure(ExitCode.BAD_INPUT, ticket);
    }
    InputException input = cause(thrown, InputException.class);
    if (input != null) {
      return new Failure(ExitCode.BAD_INPUT, oneLine(input.getMessage(), input));
    }
    DivergedException diverged = cause(thrown, DivergedException.class);
    if (diverged != null) {
      return new Failure(ExitCode.DIVERGED, oneLine(diverged.getMessage(), diverged));
    }
    if (thrown instanceof ReportedException) {
      return new Failure(
          ExitCode.FAILED,
          String.valueOf(thrown.getMessage()),
          thrown instanceof WorkerFailure worker && worker.isUnexpected());
    }
    StandardOutput.LostException output = cause(thrown, StandardOutput.LostException.class);
    if (output != null) {
      return output.isClosedPipe()
          ? new Failure(ExitCode.CLOSED_PIPE, "")
          : new Failure(ExitCode.FAILED, oneLine(output.getMessage(), output));
    }
    if (thrown instanceof OutOfMemoryError memory) {
      return new Failure(ExitCode.FAILED, OutOfMemory.described(memory));
    }
    if (StorageFailure.of(thrown).isPresent()) {
      return new Failure(ExitCode.FAILED, StorageFailure.explained(thrown));
    }
    Optional<String> nativeCode = NativeCode.explained(thrown);
    if (nativeCode.isPresent()) {
      return new Failure(ExitCode.FAILED, nativeCode.get());
    }
    Throwable reported = bare(thrown);
    return new Failure(
        ExitCode.FAILED, reported.getClass().getSimpleName() + ": " + firstLine(reported), true);
  }

  /** Suggests the closest option or command, or else the help that lists them. */
  private static String unknown(UnmatchedArgumentException unmatched) {
    CommandLine command = unmatched.getCommandLine();
    String word = unmatched.getUnmatched().get(0);
    boolean option = unmatched.isUnknownOption();
    String what =
        option
            ? "unknown option " + word
            : command.getSubcommands().isEmpty()
                ? "unexpected argument " + word
                : "unknown command " + word;
    String[] names = command.getCommandSpec().qualifiedName().split(" ");
    String replacement = names.length < 2 ? null : REPLACED.get(names[1] + " " + optionName(word));
    if (option && replacement != null) {
      return "unknown option " + optionName(word) + "; it is replaced by " + replacement;
    }
    if (!option && ONLY_IN_A_CHECKOUT.contains(word)) {
      return word
          + " is a command of a checkout (./centroid "
          + word
          + "), not of the distribution";
    }
    List<String> near = unmatched.getSuggestions().stream().limit(1).toList();
    return near.isEmpty()
        ? what + "; see " + command.getCommandSpec().qualifiedName() + " --help"
        : what + "; the nearest known one is " + near.get(0);
  }

  private static String optionName(String word) {
    int equals = word.indexOf('=');
    return equals < 0 ? word : word.substring(0, equals);
  }

  private static <T extends Throwable> @Nullable T cause(Throwable thrown, Class<T> type) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Throwable next = thrown;
    while (next != null && seen.add(next)) {
      if (type.isInstance(next)) {
        return type.cast(next);
      }
      next = next.getCause();
    }
    return null;
  }

  private static String oneLine(@Nullable String message, Throwable thrown) {
    return message == null
        ? thrown.getClass().getSimpleName()
        : message.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  /** Unwraps an exception that adds nothing to its cause. */
  private static Throwable bare(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return thrown instanceof UncheckedIOException
            && cause != null
            && cause.toString().equals(thrown.getMessage())
        ? cause
        : thrown;
  }

  /** The first line of the message; Spark's messages continue with stack traces. */
  private static String firstLine(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null
        ? "(no message)"
        : message.strip().lines().findFirst().orElse("(no message)");
  }
}
