package io.centroid.serve.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns of a table by name. */
class TableRowsTest {
  private static final ModelDescription MODEL =
      new ModelDescription(
          "colors",
          "1",
          List.of(new TensorSpec("input", TensorType.FP32, List.of(-1L, 3L))),
          List.of(),
          List.of("c", "a", "b"),
          JsonNodeFactory.instance.objectNode());

  private static Tensor floats(String name, List<Long> shape, float... values) {
    return new Tensor.Floats(name, shape, values);
  }

  private static List<Tensor> read(Tensor... inputs) {
    return new InferRequest(null, List.of(inputs), List.of(), false).inputsFor(MODEL);
  }

  @Test
  void columnsInAnyOrderBecomeRowsInTheModelsOrder() {
    List<Tensor> inputs =
        read(
            floats("a", List.of(2L), 1, 2),
            new Tensor.Longs("b", List.of(2L, 1L), new long[] {3, 4}),
            floats("c", List.of(2L, 1L), 5, 6));
    assertThat(inputs).hasSize(1);
    assertThat(inputs.get(0).name()).isEqualTo("input");
    assertThat(inputs.get(0).shape()).containsExactly(2L, 3L);
    assertThat(((Tensor.Floats) inputs.get(0)).values()).containsExactly(5, 1, 3, 6, 2, 4);
  }

  @Test
  void theModelsOwnInputIsByPosition() {
    assertThat(((Tensor.Floats) read(floats("input", List.of(1L, 3L), 7, 8, 9)).get(0)).values())
        .containsExactly(7, 8, 9);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a,b     | column "c" is missing, expected the columns [c, a, b] by name, or input with all of them in this order
          a,b,c,d | column "d" is unknown, expected the columns [c, a, b] by name, or input with all of them in this order
          a,b,c,a | column "a" occurs twice
          x       | column "c" is missing, expected the columns [c, a, b] by name, or input with all of them in this order
          """)
  void otherColumnsAreRejected(String names, String message) {
    Tensor[] inputs =
        List.of(names.split(",")).stream()
            .map(name -> floats(name, List.of(1L), 1))
            .toArray(Tensor[]::new);
    assertThatThrownBy(() -> read(inputs))
        .isInstanceOf(RejectedRequestException.class)
        .hasMessage(message);
  }

  @Test
  void columnsOfOtherLengthsAreRejected() {
    Tensor a = floats("a", List.of(2L), 1, 2);
    Tensor b = floats("b", List.of(2L), 1, 2);
    assertThatThrownBy(() -> read(a, b, floats("c", List.of(3L), 1, 2, 3)))
        .hasMessage("column \"c\": expected shape [2] or [2, 1], found [3]");
    assertThatThrownBy(() -> read(a, b, floats("c", List.of(1L, 2L), 1, 2)))
        .hasMessage("column \"c\": expected shape [2] or [2, 1], found [1, 2]");
    Tensor none = floats("a", List.of(0L));
    assertThatThrownBy(() -> read(none, floats("b", List.of(0L)), floats("c", List.of(0L))))
        .hasMessage("input input: expected shape [-1, 3], found [0, 3]");
  }
}
