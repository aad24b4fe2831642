package io.centroid.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {

  @Test
  void caseAndPunctuationCountLittle() {
    assertThat(NearestName.of("species", List.of("spaces", "Species"))).isEqualTo("Species");
    assertThat(NearestName.of("sepal length", List.of("sepal_length", "sepal width")))
        .isEqualTo("sepal_length");
    assertThat(NearestName.of("pixel_7", List.of("pixel17", "pixel7"))).isEqualTo("pixel7");
    assertThat(NearestName.of("SepalWidthCm", List.of("PetalWidthCm", "SepalWidth")))
        .isEqualTo("SepalWidth");
  }

  @Test
  void messagesNameTheNearestAndTheFirstNames() {
    assertThat(NearestName.among("b", List.of("B"), List.of("a", "B"), "columns"))
        .isEqualTo("did you mean 'B'? The columns are 'a', 'B'");
    assertThat(NearestName.among("price", List.of(), List.of("a"), "fields"))
        .isEqualTo("the nearest is 'a'. The fields are 'a'");
    assertThat(NearestName.among("b", List.of(), List.of(), "columns"))
        .isEqualTo("there are no columns");
    assertThat(NearestName.among("b", List.of(), java.util.Collections.nCopies(12, "c"), "columns"))
        .endsWith("'c', ... (12 in all)");
  }
}
