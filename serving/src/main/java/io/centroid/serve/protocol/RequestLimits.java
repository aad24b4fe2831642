package io.centroid.serve.protocol;

import io.centroid.InputException;

/**
 * What a request may ask for.
 *
 * @param bodyBytes of a body, headers not counted
 * @param elements of all of a request's tensors together
 * @param depth of nested JSON
 */
public record RequestLimits(int bodyBytes, int elements, int depth) {
  public static final RequestLimits DEFAULT = new RequestLimits(8 << 20, 4_000_000, 16);

  public RequestLimits {
    if (bodyBytes < 1 || elements < 1 || depth < 4) {
      throw new InputException(
          "limits must be at least 1 byte, 1 element and 4 levels: "
              + bodyBytes
              + ", "
              + elements
              + ", "
              + depth);
    }
  }
}
