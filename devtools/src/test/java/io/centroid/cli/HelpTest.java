package io.centroid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.devtools.Developer;
import io.centroid.error.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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

  @ParameterizedTest
  @MethodSource("commands")
  void helpEndsWithAnExample(CommandSpec command) {
    if (!command.name().equals("help")) {
      assertThat(String.join("\n", command.usageMessage().footer()))
          .containsPattern("Examples?:\n  centroid ");
    }
  }

  @Test
  void commandsAreGrouped() {
    StringWriter out = new StringWriter();
    Developer.run(new PrintWriter(out), new PrintWriter(new StringWriter()), "help");
    assertThat(out.toString())
        .containsSubsequence(
            "Train:\n  train ",
            "  sweep ",
            "  prepare ",
            "  fetch ",
            "Use:\n  evaluate ",
            "  report ",
            "  predict ",
            "  generate ",
            "  export ",
            "  serve ",
            "  package ",
            "Trust:\n  redact ",
            "  explain ",
            "  leak ",
            "  card ",
            "  key ",
            "Operate:\n  registry ",
            "  retrain ",
            "  doctor ",
            "Develop:\n  cluster ",
            "  submit ",
            "  bench ",
            "  chaos ",
            "Other:\n  help ");
  }

  /** An option has the same label in every command, or its values are listed. */
  @Test
  void optionsMeanTheSameEverywhere() {
    Map<String, String> labels = new TreeMap<>();
    Set<String> own =
        Set.of("--for", "--to", "--against", "--part", "--tokenizer", "--out", "--export");
    commands()
        .flatMap(command -> command.options().stream())
        .filter(option -> option.arity().max() > 0)
        .filter(option -> !own.contains(option.longestName()))
        .forEach(
            option ->
                assertThat(labels.computeIfAbsent(option.longestName(), n -> option.paramLabel()))
                    .as(option.longestName())
                    .isEqualTo(option.paramLabel()));
  }

  @Test
  void theProductHasNoDeveloperCommands() {
    StringWriter out = new StringWriter();
    Centroid.run(new PrintWriter(out), new PrintWriter(new StringWriter()), "help");
    assertThat(out.toString()).contains("Operate:").doesNotContain("Develop:", "cluster", "chaos");
  }

  private static boolean isText(String[] description) {
    return !String.join("", description).isBlank();
  }
}
