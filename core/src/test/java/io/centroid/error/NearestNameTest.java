package io.centroid.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {

  @Test
  void caseAndPunctuationCountLittle() {
    assertThat(NearestName.of("species", List.of("spaces", "Species"))).contains("Species");
    assertThat(NearestName.of("sepal length", List.of("sepal_length", "sepal width")))
        .contains("sepal_length");
    assertThat(NearestName.of("pixel_7", List.of("pixel17", "pixel7"))).contains("pixel7");
    assertThat(NearestName.of("SepalWidthCm", List.of("PetalWidthCm", "SepalWidth")))
        .contains("SepalWidth");
  }

  @Test
  void aNameWithoutLikenessIsNotNear() {
    assertThat(NearestName.of("b", List.of("farbe", "a", "!"))).isEmpty();
    assertThat(NearestName.of("c", List.of("<!DOCTYPE html>"))).isEmpty();
    assertThat(NearestName.of("data.csv.test", List.of("data.csv.target"))).isEmpty();
    assertThat(NearestName.of("train.workers.x", List.of("train.workers")))
        .contains("train.workers");
    assertThat(NearestName.of("%", List.of("#"))).isEmpty();
    assertThat(NearestName.of("text", List.of("body"))).isEmpty();
    assertThat(NearestName.of("text", List.of("body", "tezt"))).contains("tezt");
    assertThat(NearestName.of("optimizer.lr", List.of("optimizer.name", "optimizer.learning-rate")))
        .contains("optimizer.learning-rate");
    assertThat(NearestName.of("Preis", List.of("a_preis", "preise1"))).contains("a_preis");
    assertThat(NearestName.of("epochs", List.of("seed", "train.epochs", "train.myepochs")))
        .contains("train.epochs");
  }

  @Test
  void messagesNameTheNearestAndTheFirstNames() {
    assertThat(NearestName.among("b", List.of("B"), List.of("a", "B"), "columns"))
        .isEqualTo("did you mean 'B'? The columns are 'a', 'B'");
    assertThat(NearestName.among("price", List.of(), List.of("a"), "fields"))
        .isEqualTo("the fields are 'a'");
    assertThat(NearestName.among("b", List.of(), List.of(), "columns"))
        .isEqualTo("there are no columns");
    assertThat(NearestName.among("b", List.of(), java.util.Collections.nCopies(12, "c"), "columns"))
        .endsWith("'c', ... (12 in all)");
  }
}
