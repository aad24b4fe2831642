package io.centroid.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.retrain.comparison.PairedBootstrap;
import io.centroid.retrain.comparison.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Verdict VERDICT =
      new Verdict(Outcome.WORSE, List.of(), new PairedBootstrap(-0.1, -0.2, -0.05), 1, 0.125);

  @Test
  void theWorstClassIsNamedIfItHasAName() {
    ObjectNode named = Report.verdict(VERDICT, List.of("rot", "blau"), 0.95);
    assertThat(named.path("worstClass").asInt()).isEqualTo(1);
    assertThat(named.path("worstClassName").asText()).isEqualTo("blau");
    assertThat(markdown(named)).contains("Worst class: 'blau', its recall changed by -0.1250.");
    ObjectNode numbered = Report.verdict(VERDICT, List.of(), 0.95);
    assertThat(numbered.has("worstClassName")).isFalse();
    assertThat(markdown(numbered)).contains("Worst class: 1, its recall changed by -0.1250.");
  }

  private static String markdown(ObjectNode comparison) {
    ObjectNode findings = JsonNodeFactory.instance.objectNode();
    findings.set("comparison", comparison);
    return Report.markdown(
        "farben",
        new Attempt(
            1,
            Phase.COMPARED,
            "",
            List.of(),
            List.of(),
            1,
            1,
            Outcome.WORSE,
            List.of(),
            2,
            findings));
  }
}
