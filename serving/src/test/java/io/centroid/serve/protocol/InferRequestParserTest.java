package io.centroid.serve.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferRequestParserTest {
  private final List<Long> reserved = new ArrayList<>();

  private static InferRequest parse(String json, LongConsumer memory) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    return new InferRequestParser(RequestLimits.DEFAULT)
        .parse(body, body.length, body.length, memory);
  }

  @Test
  void reservesTheMemoryOfEachTensor() {
    parse(
        """
        {"inputs": [
          {"name": "a", "datatype": "INT64", "shape": [3], "data": [1, 2, 3]},
          {"name": "b", "data": [1, 2], "datatype": "FP32", "shape": [2]}]}
        """,
        reserved::add);
    assertThat(reserved).containsExactly(24L, 8L);
  }

  @Test
  void allocatesNoTensorThatCannotBeReserved() {
    // Spaces make the body long enough for the shape: half a billion bytes would be allocated.
    String json =
        "{\"inputs\": [{\"name\": \"a\", \"datatype\": \"INT64\", \"shape\": [3900000], \"data\": ["
            + " ".repeat(7_900_000)
            + "]}]}";
    IllegalStateException full = new IllegalStateException("full");
    assertThatThrownBy(
            () ->
                parse(
                    json,
                    bytes -> {
                      reserved.add(bytes);
                      throw full;
                    }))
        .isSameAs(full);
    assertThat(reserved).containsExactly(31_200_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"inputs": null}                                            | inputs is missing or empty
          {"inputs": [null]}                                          | inputs[0]: expected an object
          {"inputs": [{"name": null, "shape": [1], "datatype": "FP32"}]} | an input must have name, shape and datatype
          {"inputs": [{"name": "a", "shape": [1], "datatype": "FP32", "data": null}]} | input a has no data
          {"inputs": [{"name": "a", "shape": [1], "datatype": "FP32", "data": [null]}]} | input a: data[0]: expected a number, found null
          {"id": null, "id": "a"}                                     | body: is not the expected JSON
          """)
  void aRequiredFieldThatIsNullIsMissing(String json, String message) {
    assertThatThrownBy(() -> parse(json, bytes -> {}))
        .isInstanceOf(RejectedRequestException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          null          | input a: data[1]: expected a number, found null
          true          | input a: data[1]: expected a number, found true
          "5.1"         | input a: data[1]: expected a number, found the string "5.1"
          {}            | input a: data[1]: expected a number, found an object
          [5.1]         | input a: data[1]: expected a number, found an array
          NaN           | body: is not the expected JSON at line 1 column 76: 'NaN' is not a value of JSON
          -Infinity     | body: is not the expected JSON at line 1 column 82: '-Infinity' is not a value of JSON
          +1            | body: is not the expected JSON at line 1 column 75: Unexpected character ('+' (code 43)) in numeric value: JSON spec does not allow numbers to have plus signs
          .5            | body: is not the expected JSON at line 1 column 74: Unexpected character ('.' (code 46)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')
          /* */         | body: is not the expected JSON at line 1 column 74: Unexpected character ('/' (code 47))
          """)
  void otherValuesThanNumbersAreNamedInPlainWords(String value, String message) {
    String json =
        "{\"inputs\": [{\"name\": \"a\", \"shape\": [2], \"datatype\": \"FP32\", \"data\": [1, "
            + value
            + "]}]}";
    assertThatThrownBy(() -> parse(json, bytes -> {}))
        .isInstanceOf(RejectedRequestException.class)
        .hasMessage(message);
  }

  @Test
  void theParsersSettingsAreNotNamed() {
    String deep = "{\"x\": " + "[".repeat(200) + "]".repeat(200) + "}";
    String number = "{\"id\": " + "1".repeat(5_000) + "}";
    for (String json : List.of(deep, number)) {
      assertThatThrownBy(() -> parse(json, bytes -> {}))
          .isInstanceOf(RejectedRequestException.class)
          .hasMessageContaining("exceeds the maximum")
          .hasMessageNotContainingAny("`", "StreamReadConstraints");
    }
  }

  @Test
  void nullParametersOfAGenerateRequestHaveTheirDefaults() {
    byte[] body =
        "{\"text_input\": \"Once\", \"id\": null, \"parameters\": {\"max_tokens\": null, \"seed\": 3}}"
            .getBytes(StandardCharsets.UTF_8);
    GenerateRequest request =
        new GenerateRequestParser(RequestLimits.DEFAULT).parse(body, body.length);
    assertThat(request.maxTokens()).isEqualTo(50);
    assertThat(request.seed()).isEqualTo(3);
  }
}
