package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.devtools.Developer;
import io.centroid.error.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class HelpTest {

  static Stream<CommandSpec> commands() {
    return withSubcommands(Centroid.commandLine(Developer.commands()).getCommandSpec());
  }

  private static Stream<CommandSpec> withSubcommands(CommandSpec command) {
    return Stream.concat(
        Stream.of(command),
        command.subcommands().values().stream()
            .map(CommandLine::getCommandSpec)
            .flatMap(HelpTest::withSubcommands));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionIsDescribed(CommandSpec command) {
    assertThat(command.usageMessage().description()).as("description").isNotEmpty();
    assertThat(command.options())
        .allMatch(option -> isText(option.description()), "is described")
        .allMatch(option -> option.longestName().startsWith("--"), "has a long name");
    assertThat(command.positionalParameters())
        .allMatch(parameter -> isText(parameter.description()), "is described");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpIsPrintedWithExitCodeZero(CommandSpec command) {
    List<String> words = List.of(command.qualifiedName().split(" "));
    String[] arguments =
        Stream.concat(words.stream().skip(1), Stream.of("--help")).toArray(String[]::new);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    assertThat(Developer.run(new PrintWriter(out), new PrintWriter(err), arguments))
        .isEqualTo(ExitCode.DONE);
    assertThat(out.toString())
        .contains("Usage: " + command.qualifiedName())
        .doesNotContain("${", "null");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void theRootListsEveryCommand() {
    StringWriter out = new StringWriter();
    Developer.run(new PrintWriter(out), new PrintWriter(new StringWriter()), "--help");
    assertThat(out.toString())
        .contains("train", "evaluate", "predict", "fetch", "cluster", "submit", "bench", "help");
  }

  private static boolean isText(String[] description) {
    return !String.join("", description).isBlank();
  }
}
