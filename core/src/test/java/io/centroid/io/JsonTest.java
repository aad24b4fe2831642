package io.centroid.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
  enum Pace {
    SLOW,
    VERY_FAST
  }

  record Stop(String name, @JsonProperty("km") double kilometers) {
    Stop {
      Json.require(kilometers >= 0, "km", "0 or more");
    }
  }

  record Trip(
      int days,
      long seed,
      float load,
      boolean booked,
      Pace pace,
      Instant start,
      List<Stop> stops,
      Map<String, Integer> seats,
      ObjectNode notes,
      @Nullable String guide) {
    Trip {
      if (stops.isEmpty()) {
        throw new IllegalArgumentException("stops: at least one");
      }
    }
  }

  private static final String TRIP =
      """
      {"days": 3, "seed": 4, "load": 1.5, "booked": true, "pace": "very-fast",
       "start": "2026-03-01T12:00:00Z", "stops": [{"name": "a", "km": 7}],
       "seats": {"x": 1}, "notes": {"any": [null, {"@class": "java.lang.Runtime"}]}}
      """;

  @Test
  void readsAndWritesARecord() {
    Trip trip = read(TRIP);
    assertThat(trip.pace()).isEqualTo(Pace.VERY_FAST);
    assertThat(trip.start()).isEqualTo(Instant.parse("2026-03-01T12:00:00Z"));
    assertThat(trip.stops()).containsExactly(new Stop("a", 7));
    assertThat(trip.notes().path("any").path(1).path("@class").isTextual()).isTrue();
    assertThat(trip.guide()).isNull();
    String written = new String(Json.write(trip), StandardCharsets.UTF_8);
    assertThat(written)
        .contains("\"pace\" : \"very-fast\"")
        .doesNotContain("guide")
        .endsWith("}\n");
    assertThat(read(written)).isEqualTo(trip);
    assertThat(read(TRIP.replace("\"days\"", "\"guide\": null, \"days\"")).guide()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"days\": 3,|``|key days is missing",
        "\"days\": 3|\"days\": null|key days: expected an integer, found null",
        "\"days\": 3|\"days\": \"3\"|key days: expected an integer, found the string \"3\"",
        "\"days\": 3|\"days\": \"\"|key days: expected an integer, found the string \"\"",
        "\"days\": 3|\"days\": 3.0|key days: expected an integer, found 3.0",
        "\"days\": 3|\"days\": 3000000000|key days: expected an integer, found 3000000000",
        "\"days\": 3|\"days\": [3]|key days: expected an integer, found an array",
        "\"days\": 3|\"days\": 3, \"day\": 1|key day is unknown",
        "\"seed\": 4|\"seed\": true|key seed: expected an integer, found true",
        "1.5|1e39|key load: expected a finite number, found 1.0E39",
        "1.5|\"NaN\"|key load: expected a finite number, found the string \"NaN\"",
        "true|\"true\"|key booked: expected true or false, found the string \"true\"",
        "true|1|key booked: expected true or false, found 1",
        "very-fast|VERY_FAST|key pace: expected slow or very-fast, found the string \"VERY_FAST\"",
        "\"very-fast\"|1|key pace: expected slow or very-fast, found 1",
        "2026-03-01T12:00:00Z|2026|key start: expected an ISO-8601 instant, found the string"
            + " \"2026\"",
        "\"a\"|7|key stops[0].name: expected a string, found 7",
        "\"km\": 7|\"km\": -7|key stops[0].km: expected 0 or more, found -7",
        "\"km\": 7|\"km\": 7, \"mi\": 4|key stops[0].mi is unknown",
        "[{\"name\": \"a\", \"km\": 7}]|[null]|key stops[0]: expected an object, found null",
        "[{\"name\": \"a\", \"km\": 7}]|{}|key stops: expected an array, found an object",
        "[{\"name\": \"a\", \"km\": 7}]|\"\"|key stops: expected an array, found the string \"\"",
        "[{\"name\": \"a\", \"km\": 7}]|[\"a\"]|key stops[0]: expected an object, found the string"
            + " \"a\"",
        "[{\"name\": \"a\", \"km\": 7}]|[]|stops: at least one",
        "\"x\": 1|\"x\": \"1\"|key seats.x: expected an integer, found the string \"1\"",
        "\"x\": 1|\"x\": null|key seats.x: expected an integer, found null",
        "\"notes\": {|\"notes\": [], \"n\": {|key notes: expected an object, found an array"
      })
  void rejectsInvalidValues(String from, String to, String message) {
    assertThat(TRIP).contains(from);
    assertThatThrownBy(() -> read(TRIP.replace(from, to)))
        .isInstanceOf(InputException.class)
        .hasMessage("trip.json: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"days\": 1, \"days\": 1}|is not the expected JSON at line 1 column",
        "{} {}|is not the expected JSON at line 1 column",
        "[]|JSON: expected an object, found an array",
        "``|JSON: expected an object, found nothing",
        "{'days': 1}|is not the expected JSON at line 1 column"
      })
  void rejectsAnythingButAnObject(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("trip.json: " + message);
  }

  @Test
  void reportsThePathOfAPart() {
    assertThatThrownBy(
            () -> Json.read("m", "trip.stop", Json.parse("m", bytes("{\"km\": 1}")), Stop.class))
        .isInstanceOf(InputException.class)
        .hasMessage("m: key trip.stop.name is missing");
  }

  @Test
  void aConstructorReportsTheExpectedValue() {
    assertThatThrownBy(() -> new Stop("a", -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("km: expected 0 or more");
  }

  private static Trip read(String json) {
    return Json.read("trip.json", bytes(json), Trip.class);
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
