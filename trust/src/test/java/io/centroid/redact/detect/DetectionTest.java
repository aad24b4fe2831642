package io.centroid.redact.detect;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.redact.detect.Detection.Span;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetectionTest {
  private static final List<String> REGIONS = List.of("US", "GB", "DE", "CN");

  @Test
  void bothSidesOfANameAroundAnAddressAreFound() {
    String text = "Ask Zorblax anna@example.com, Quux today";
    assertThat(find(text, "Zorblax anna@example.com, Quux"))
        .containsExactly("NAME Zorblax", "EMAIL anna@example.com", "NAME Quux");
  }

  @Test
  void namesThatOverlapAreFoundInFull() {
    String text = "We met Zorblax Quux Frobnitz there";
    assertThat(find(text, "Zorblax Quux", "Quux Frobnitz"))
        .containsExactly("NAME Zorblax", "NAME Quux Frobnitz");
    assertThat(find(text, "Zorblax Quux", "Quux", "Zorblax Quux Frobnitz"))
        .containsExactly("NAME Zorblax Quux Frobnitz");
  }

  @Test
  void aRestOfFewCharactersIsNoFinding() {
    assertThat(find("to Al anna@example.com Bo", "Al anna@example.com Bo"))
        .containsExactly("EMAIL anna@example.com");
  }

  /** Findings by the rules, and names that another detector finds. */
  private static List<String> find(String document, String... names) {
    List<Span> others = new ArrayList<>();
    for (String name : names) {
      int start = document.indexOf(name);
      others.add(new Span(Kind.NAME, start, start + name.length()));
    }
    return new Detection(EnumSet.allOf(Kind.class), REGIONS, Names.COMMON, List.of(text -> others))
        .find(document).stream()
            .map(span -> span.kind() + " " + document.substring(span.start(), span.end()))
            .toList();
  }
}
