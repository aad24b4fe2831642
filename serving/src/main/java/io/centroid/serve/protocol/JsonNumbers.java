package io.centroid.serve.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;

/** Parses tensor data in JSON: a flat array in row-major order, or arrays nested by shape. */
final class JsonNumbers {
  private JsonNumbers() {}

  /** Reads the array at the parser's position. */
  static void read(JsonParser parser, String input, List<Long> shape, Elements elements)
      throws IOException {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.START_ARRAY) {
      nested(parser, input, shape, elements);
      return;
    }
    for (; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      elements.number(input, token, parser);
    }
  }

  /** Reads nested arrays, from the second opening bracket on. */
  private static void nested(JsonParser parser, String input, List<Long> shape, Elements elements)
      throws IOException {
    long[] counts = new long[shape.size()];
    int level = 0;
    JsonToken token = parser.currentToken();
    while (true) {
      if (token == JsonToken.END_ARRAY) {
        if (counts[level] != shape.get(level)) {
          throw notNested(input, shape);
        }
        if (level-- == 0) {
          return;
        }
      } else {
        counts[level]++;
        if (token == JsonToken.START_ARRAY && level + 1 < counts.length) {
          counts[++level] = 0;
        } else if (level + 1 == counts.length) {
          elements.number(input, token, parser);
        } else {
          throw notNested(input, shape);
        }
      }
      token = parser.nextToken();
    }
  }

  private static RejectedRequestException notNested(String input, List<Long> shape) {
    return RejectedRequestException.malformed(
        "input " + input + ": data is neither flat nor nested by its shape " + shape);
  }
}
