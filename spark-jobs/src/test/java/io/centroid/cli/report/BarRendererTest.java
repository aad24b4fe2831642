package io.centroid.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BarRendererTest {
  private static final List<String> DETAILS =
      List.of("loss 0.1234", "accuracy 0.9712", "112,609 examples/s", "12:34 left");

  @Test
  void theUsualTerminalShowsEverything() {
    assertThat(line(0.45, 79, false))
        .isEqualTo(
            " 45% [====>      ] loss 0.1234, accuracy 0.9712, 112,609 examples/s, 12:34 left");
    assertThat(line(0.45, 79, true))
        .isEqualTo(
            " 45% │████▉      │ loss 0.1234, accuracy 0.9712, 112,609 examples/s, 12:34 left");
  }

  @Test
  void aWideTerminalNamesTheTaskAndHasALongerBar() {
    assertThat(line(0.5, 199, false))
        .isEqualTo(
            "training  50% ["
                + "=".repeat(25)
                + ">"
                + " ".repeat(24)
                + "] loss 0.1234, accuracy 0.9712, 112,609 examples/s, 12:34 left");
  }

  @Test
  void aNarrowTerminalShowsTheTimeLeftFirst() {
    assertThat(line(0.45, 39, false)).isEqualTo(" 45% [===>    ] loss 0.1234, 12:34 left");
    assertThat(line(0.45, 20, false)).isEqualTo(" 45% 12:34 left");
    assertThat(line(0.45, 3, false)).isEqualTo(" 45");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001, 0.5, 0.999, 1, 1.5})
  void noLineIsLongerThanTheTerminal(double done) {
    for (int width = 1; width <= 220; width++) {
      assertThat(line(done, width, true)).hasSizeLessThanOrEqualTo(width);
      assertThat(line(done, width, false)).hasSizeLessThanOrEqualTo(width);
    }
  }

  @Test
  void aPartIsNotShownAsDone() {
    assertThat(line(0.9999, 60, false)).startsWith(" 99% ").contains(">");
    assertThat(line(1, 30, true)).isEqualTo("100% loss 0.1234, 12:34 left");
  }

  @Test
  void unknownDetailsTakeNoRoom() {
    assertThat(
            BarRenderer.line(
                "training", 0, List.of("loss 2.3026", "", "5 examples/s", ""), 50, false))
        .isEqualTo("  0% [>                ] loss 2.3026, 5 examples/s");
    assertThat(BarRenderer.line("training", 0, List.of(""), 30, false))
        .isEqualTo("  0% [>                      ]");
  }

  private static String line(double done, int width, boolean unicode) {
    return BarRenderer.line("training", done, DETAILS, width, unicode);
  }
}
