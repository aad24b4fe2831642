package io.centroid.fuzz.parsers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.InputException;
import io.centroid.fuzz.Fault;
import io.centroid.fuzz.Finding;
import io.centroid.fuzz.FuzzTarget;
import io.centroid.fuzz.TargetReport;
import io.centroid.fuzz.TargetSpec;
import io.centroid.fuzz.Trial;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TargetsTest {

  static List<String> names() {
    return Targets.ALL.stream().map(TargetSpec::name).toList();
  }

  /** Damage to what is refused anyway would reach nothing. */
  @ParameterizedTest
  @MethodSource("names")
  void whatTheFuzzerBeginsFromIsAccepted(String name) {
    try (FuzzTarget target = Targets.named(name).maker().get()) {
      assertThat(target.seeds()).isNotEmpty();
      byte[] first = target.seeds().get(0);
      Trial trial = Trial.of(target, first);
      assertThat(trial.fault().map(Fault::what)).isEmpty();
      // A writer that was overtaken always says so.
      assertThat(trial.accepted()).isEqualTo(!name.equals("lease"));
    }
  }

  @Test
  void namesAreDifferent() {
    assertThat(names()).doesNotHaveDuplicates().hasSizeGreaterThan(20);
    assertThatThrownBy(() -> Targets.named("zip"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("expected one of idx, csv");
  }

  @Test
  void aFindingsFileNamesItsTarget() {
    Fault fault = new Fault(Fault.Kind.THREW, "java.lang.Error", "A.b", "");
    Finding finding = new Finding("texts-csv", -3, 17, new byte[] {1}, fault);
    assertThat(InputFiles.target(Path.of("x", finding.fileName()))).isEqualTo("texts-csv");
    TargetReport report =
        new TargetReport("texts-csv", 20, 10, 9, 100, 2_000_000, 1 << 20, 1, List.of(finding));
    FuzzReport found = new FuzzReport(-3, List.of(report));
    assertThat(found.isClean()).isFalse();
    assertThat(found.toText()).contains("20 inputs of seed -3, 1 found").contains("2.0 ms");
    assertThat(found.toJson().at("/targets/0/findings/0/file").asText())
        .isEqualTo("texts-csv--3-17.threw");
  }
}
