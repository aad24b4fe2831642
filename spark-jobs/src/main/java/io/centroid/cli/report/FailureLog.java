package io.centroid.cli.report;

import io.centroid.io.Version;
import io.centroid.security.Redaction;
import io.centroid.security.SecretKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Log files of unexpected failures, with the redacted stack trace. Only the user can read them.
 *
 * @param folder folder of the files
 */
public record FailureLog(Path folder) {
  /** Environment variable with the folder (default: {@code java.io.tmpdir}). */
  public static final String FOLDER_VARIABLE = "CENTROID_LOG_DIR";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Variables that YARN and Kubernetes set in containers, whose files are lost with them. */
  private static final Set<String> IN_A_CONTAINER =
      Set.of("CONTAINER_ID", "KUBERNETES_SERVICE_HOST");

  /**
   * The log in the folder of the environment; empty in a container for which none is set, since
   * only its standard error is kept.
   */
  public static Optional<FailureLog> of(Map<String, String> environment) {
    String folder = environment.getOrDefault(FOLDER_VARIABLE, "");
    if (!folder.isBlank()) {
      return Optional.of(new FailureLog(Path.of(folder)));
    }
    return IN_A_CONTAINER.stream().anyMatch(environment::containsKey)
        ? Optional.empty()
        : Optional.of(new FailureLog(Path.of(System.getProperty("java.io.tmpdir"))));
  }

  /**
   * Writes a new file.
   *
   * @param arguments command line
   * @return the file; empty if it cannot be written
   */
  public Optional<Path> write(Throwable thrown, List<String> arguments) {
    Instant now = Instant.now();
    Path file =
        folder.resolve(
            "centroid-"
                + TIME.format(now)
                + "-"
                + ProcessHandle.current().pid()
                + "-"
                + COUNT.incrementAndGet()
                + ".log");
    try {
      Files.createDirectories(folder);
      try (PrintWriter writer =
          new PrintWriter(
              Channels.newWriter(
                  Files.newByteChannel(
                      file,
                      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                      PosixFilePermissions.asFileAttribute(
                          PosixFilePermissions.fromString("rw-------"))),
                  StandardCharsets.UTF_8))) {
        writer.print(content(thrown, arguments, now));
        return writer.checkError() ? Optional.empty() : Optional.of(file);
      }
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private static String content(Throwable thrown, List<String> arguments, Instant now) {
    StringWriter text = new StringWriter();
    PrintWriter lines = new PrintWriter(text);
    lines.println("time:    " + now);
    lines.println("version: " + Version.line());
    lines.println(
        "java:    "
            + System.getProperty("java.vm.name")
            + " "
            + System.getProperty("java.version"));
    lines.println("command: centroid " + command(arguments));
    lines.println();
    thrown.printStackTrace(lines);
    return Redaction.of(text.toString());
  }

  /** The command line, without the values of settings that hold secrets. */
  private static String command(List<String> arguments) {
    return arguments.stream().map(SecretKeys::redacted).collect(Collectors.joining(" "));
  }
}
