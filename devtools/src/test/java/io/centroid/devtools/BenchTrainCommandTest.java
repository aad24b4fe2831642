package io.centroid.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.error.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchTrainCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          --runs 0                 ~ --runs must be >= 1: 0
          --set train.batch-size=0 ~ train.batch-size must be a whole number from 1 to 2147483647: 0 (--set train.batch-size)
          --against jax            ~ Invalid value for option '--against': expected one of [PYTORCH] (case-insensitive) but was 'jax'
          --against pytorch        ~ --against pytorch needs a configuration with data.format = idx and a folder of MNIST's files, such as conf/mnist.conf
          --against pytorch --set data.format=idx --set data.path=nowhere --set data.classes=10 ~ nowhere: no such file or directory
          --against pytorch --set data.format=idx --set data.path=. --python /no/python ~ --against pytorch needs a Python with torch; there is no /no/python (--python names another)
          """)
  void invalidOptionsAreReportedInOneLine(String options, String message) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> line = new ArrayList<>(List.of("bench", "train"));
    line.addAll(List.of(options.strip().split(" +")));
    assertThat(
            Developer.run(
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                line.toArray(String[]::new)))
        .isEqualTo(ExitCode.BAD_INPUT);
    assertThat(err.toString().strip()).isEqualTo("centroid: " + message);
    assertThat(out.toString()).isEmpty();
  }
}
