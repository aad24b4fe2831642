package io.centroid.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.cli.Centroid;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmitCommandTest {

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
    Object submit =
        Centroid.commandLine(Developer.commands())
            .parseArgs(line.split("\\|"))
            .subcommand()
            .commandSpec()
            .userObject();
    assertThat(((SubmitCommand) submit).submittedBy()).isEqualTo(words);
  }
}
