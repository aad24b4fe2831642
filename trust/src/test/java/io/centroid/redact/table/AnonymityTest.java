package io.centroid.redact.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.redact.table.Anonymity.Found;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnonymityTest {
  private static final Anonymity THREE = new Anonymity(List.of("age", "postcode"), 3, "", 1);
  private static final Anonymity DIVERSE = new Anonymity(List.of("age"), 2, "diagnosis", 2);

  @Test
  void groupsAreSummed() {
    Found found =
        THREE.group(4, 1).plus(THREE.group(2, 1)).plus(Found.NONE).plus(THREE.group(1, 1));
    assertThat(found).isEqualTo(new Found(7, 3, 1, 2, 3, 0, 0));
    assertThat(Found.NONE.plus(found)).isEqualTo(found);
    assertThatThrownBy(() -> THREE.require(found))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "not 3-anonymous: 3 of 7 rows are in 2 groups of fewer than 3 with the same age,"
                + " postcode (the smallest: 1); generalize these columns more, or drop one");
  }

  @Test
  void groupsOfKRowsAreEnough() {
    assertThatCode(() -> THREE.require(THREE.group(3, 1).plus(THREE.group(5, 1))))
        .doesNotThrowAnyException();
    assertThatCode(() -> THREE.require(Found.NONE)).doesNotThrowAnyException();
  }

  @Test
  void aGroupWithOneSensitiveValueIsNotDiverse() {
    Found found = DIVERSE.group(10, 1).plus(DIVERSE.group(2, 2));
    assertThat(found).isEqualTo(new Found(12, 2, 2, 0, 0, 1, 1));
    assertThatThrownBy(() -> DIVERSE.require(found))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(
            "not 2-diverse: 1 of 2 groups with the same age have fewer than 2 values of diagnosis"
                + " (the least: 1)");
    assertThatCode(() -> DIVERSE.require(DIVERSE.group(2, 2))).doesNotThrowAnyException();
  }
}
