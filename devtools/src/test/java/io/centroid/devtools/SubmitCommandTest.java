package io.centroid.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.cli.Centroid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmitCommandTest {
  @TempDir private Path folder;

  /** The commands that a submitted command prints begin so. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      textBlock =
          """
          submit|train|a.conf                                     > centroid submit
          submit|--cluster-dir|a cluster|train|--conf|spark.a=b   > centroid submit --cluster-dir 'a cluster'
          --verbose|submit|--conf|spark.a=b|train|--set|run.dir=b > centroid --verbose submit --conf spark.a=b
          """)
  void theCommandIsSubmittedAgainByTheWordsBeforeIt(String line, String words) {
    assertThat(submittedBy(line.split("\\|"))).isEqualTo(words);
  }

  @Test
  void wordsOfAFileAreTheCommandsOrSubmits() throws IOException {
    Path file = folder.resolve("words");
    Files.writeString(file, "--conf spark.a=b train --set run.dir=c");
    assertThat(submittedBy("submit", "@" + file)).isEqualTo("centroid submit --conf spark.a=b");
  }

  private static String submittedBy(String... line) {
    Object submit =
        Centroid.commandLine(Developer.commands())
            .parseArgs(line)
            .subcommand()
            .commandSpec()
            .userObject();
    return ((SubmitCommand) submit).submittedBy();
  }
}
