package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.error.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fixture for tests of input errors of language-model commands: exit code 2, one line on standard
 * error, no standard output, no files. {@code DIR} in a message is the test's folder.
 */
abstract class LanguageFaults {
  static final String TEXT = "the cat sees the dog. the dog runs home and hears the cat.\n";
  static final String[] LOCAL = {"--set", "compute.workers=local"};
  static final String[] SPARK = {"--set", "spark.master=local[1]"};

  /** Shared, unmodified: a corpus, a run, its exported model, and a run of digits. */
  @TempDir static Path made;

  @TempDir Path folder;

  @BeforeAll
  static void make() throws IOException {
    prepare(TEXT.repeat(40), made.resolve("corpus"));
    done(train(made.resolve("corpus"), "run.dir=" + made.resolve("run")));
    done("export", made.resolve("run"), "--to", "huggingface", "--out", made.resolve("model"));
    done(
        "train",
        "--set",
        "data.digits.train=200",
        "--set",
        "data.digits.test=50",
        "--set",
        "train.epochs=1",
        "--set",
        "run.dir=" + made.resolve("digits"),
        LOCAL);
  }

  @BeforeEach
  void copy() throws IOException {
    for (String name : List.of("corpus", "run", "model")) {
      copy(made.resolve(name), folder.resolve(name));
    }
  }

  /** Expects exit code 2, exactly this line, no standard output and no files. */
  void rejects(String message, Object... command) {
    Done done = centroid(command);
    assertThat(done.exitCode).as(done.err).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(done.out).isEmpty();
    assertThat(done.err).doesNotContain("Exception", "\tat ");
    assertThat(done.errors())
        .singleElement()
        .asString()
        .matches("centroid: " + pattern(message.strip().replace("DIR", folder.toString())));
    assertThat(names(folder)).doesNotContain("new").noneMatch(name -> name.startsWith("."));
  }

  /** Pattern of a message with the placeholders HASH, LINE and COLUMN. */
  private static String pattern(String message) {
    return ("\\Q" + message + "\\E")
        .replace("HASH", "\\E[0-9a-f]{64}\\Q")
        .replace("LINE", "\\E[0-9]+\\Q")
        .replace("COLUMN", "\\E[0-9]+\\Q");
  }

  static Object[] train(Path corpus, String... more) {
    List<String> keys =
        new ArrayList<>(
            List.of(
                "data.format=tokens",
                "data.path=" + corpus,
                "model.name=gpt2",
                "model.gpt2.layers=1",
                "model.gpt2.heads=2",
                "model.gpt2.width=16",
                "model.gpt2.positions=16",
                "train.workers=2",
                "train.local-steps=2",
                "train.batch-size=4",
                "train.steps=2",
                "compute.workers=local",
                "run.dir=" + corpus.resolveSibling("new")));
    keys.addAll(List.of(more));
    return Stream.concat(Stream.of("train"), keys.stream().flatMap(key -> Stream.of("--set", key)))
        .toArray();
  }

  static void prepare(String text, Path corpus, String... options) throws IOException {
    Path file = Files.createTempFile(made, "text", ".txt");
    Files.writeString(file, text);
    done("prepare", file, "--out", corpus, "--tokenizer", "characters", options, SPARK);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  static List<String> names(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  record Done(int exitCode, String out, String err) {
    List<String> errors() {
      return err.lines().filter(line -> line.startsWith("centroid: ")).toList();
    }
  }

  static void done(Object... command) {
    Done done = centroid(command);
    assertThat(done.exitCode).as(done.err).isEqualTo(ExitCode.DONE);
  }

  static Done centroid(Object... command) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode =
        Centroid.run(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            words(command).toArray(String[]::new));
    return new Done(exitCode, out.toString(), err.toString());
  }

  /** Flattens words and arrays of words. */
  private static List<String> words(Object... command) {
    return Arrays.stream(command)
        .flatMap(part -> part instanceof Object[] parts ? words(parts).stream() : Stream.of(part))
        .map(Object::toString)
        .toList();
  }
}
