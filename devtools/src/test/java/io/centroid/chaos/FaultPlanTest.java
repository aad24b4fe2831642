package io.centroid.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
  private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);

  @Test
  void theSameSeedGivesTheSameFaults() {
    assertThat(faults(1, ALL, 200))
        .isEqualTo(faults(1, ALL, 200))
        .isNotEqualTo(faults(2, ALL, 200));
  }

  @Test
  void eachKindOccursAccordingToItsWeight() {
    int deck = ALL.stream().mapToInt(FaultKind::weight).sum();
    for (long seed = 0; seed < 20; seed++) {
      Map<FaultKind, Long> counts =
          faults(seed, ALL, 3 * deck).stream()
              .collect(Collectors.groupingBy(PlannedFault::kind, Collectors.counting()));
      assertThat(counts)
          .isEqualTo(
              ALL.stream()
                  .collect(Collectors.toMap(Function.identity(), kind -> 3L * kind.weight())));
    }
  }

  @Test
  void onlyRequestedKindsOccur() {
    assertThat(faults(5, EnumSet.of(FaultKind.DRIVER), 50))
        .extracting(PlannedFault::kind)
        .containsOnly(FaultKind.DRIVER);
  }

  @Test
  void pausesHaveTheRequestedMeanAndDowntimesAreLimited() {
    List<PlannedFault> faults = faults(3, ALL, 5_000);
    // Truncated at four times its mean, an exponential distribution has a relative mean of 1 -
    // e^-4.
    assertThat(faults.stream().mapToLong(fault -> fault.pause().toMillis()).average().orElseThrow())
        .isBetween(5_700.0, 6_100.0);
    assertThat(faults)
        .allMatch(fault -> fault.pause().toMillis() >= 200)
        .allMatch(fault -> fault.downtime().compareTo(Duration.ofSeconds(8)) <= 0)
        .allMatch(fault -> fault.choice() >= 0 && fault.choice() < 1);
  }

  private static List<PlannedFault> faults(long seed, Set<FaultKind> kinds, int count) {
    FaultPlan plan = new FaultPlan(seed, kinds, Duration.ofSeconds(6));
    return Stream.generate(plan::next).limit(count).toList();
  }
}
