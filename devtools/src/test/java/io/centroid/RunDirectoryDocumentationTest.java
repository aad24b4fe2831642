package io.centroid;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.run.metrics.RoundMetric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class RunDirectoryDocumentationTest {
  private static final String HEADING = "### Metrics of a round\n\n";

  @Test
  void theTableHasEveryMetricOfARoundWithItsDescription() throws IOException {
    String document = Files.readString(Path.of("..", "docs", "run-directory.md"));
    assertThat(document).containsOnlyOnce(HEADING);
    List<String> table =
        document
            .substring(document.indexOf(HEADING) + HEADING.length())
            .lines()
            .takeWhile(line -> line.startsWith("|"))
            .toList();
    assertThat(table.subList(2, table.size()))
        .containsExactlyElementsOf(Arrays.stream(RoundMetric.values()).map(this::row).toList());
  }

  private String row(RoundMetric metric) {
    String unit =
        metric.unit() == RoundMetric.Unit.NONE
            ? ""
            : metric.unit().name().toLowerCase(Locale.ROOT) + " ";
    return "| `%s` | %s | %s| %s |"
        .formatted(
            metric.key(),
            metric.group().name().toLowerCase(Locale.ROOT),
            unit,
            metric.description());
  }
}
