package io.centroid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EffectiveSettingsTest {
  @Test
  void theRecordedSettingsOfARunAreReadBackWithTheirDifferences() {
    String effective =
        RunConfig.load(null, List.of("train.epochs=4", "model.hidden=[7, 8]", "spark.conf.a.b=c"))
            .effective();
    EffectiveSettings settings = EffectiveSettings.parse("effective.conf", effective);
    assertThat(settings.values()).containsEntry("train.workers", "2").hasSizeGreaterThan(100);
    assertThat(settings.changed())
        .containsEntry("train.epochs", "4")
        .containsEntry("model.hidden", "[7, 8]")
        .containsEntry("spark.conf.\"a.b\"", "c")
        .hasSize(3);
  }

  @Test
  void keysOfOtherReleasesAreAccepted() {
    assertThat(EffectiveSettings.parse("f", "optimizer.rate = 0.10").changed())
        .containsExactlyEntriesOf(Map.of("optimizer.rate", "0.1"));
  }

  @Test
  void nothingIsIncludedOrInterpolated() {
    for (String text :
        List.of(
            "include \"/etc/hostname\"",
            "include file(\"/etc/hostname\")",
            "include url(\"http://127.0.0.1:9/x\")",
            "include classpath(\"reference.conf\")",
            "a = ${HOME}",
            "a = \"unclosed")) {
      assertThatThrownBy(() -> EffectiveSettings.parse("f", text))
          .as(text)
          .isInstanceOf(InputException.class)
          .hasMessageMatching("[^\\n]+");
    }
  }
}
