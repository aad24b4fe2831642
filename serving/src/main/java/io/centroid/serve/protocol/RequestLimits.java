package io.centroid.serve.protocol;

import io.centroid.error.InputException;

/**
 * The limits of a request.
 *
 * @param bodyBytes maximum size of a body in bytes, without headers
 * @param elements maximum number of elements of all tensors
 * @param depth maximum nesting depth of JSON
 */
public record RequestLimits(int bodyBytes, int elements, int depth) {
  public static final RequestLimits DEFAULT = new RequestLimits(8 << 20, 4_000_000, 16);

  public RequestLimits {
    if (bodyBytes < 1 || elements < 1 || depth < 4) {
      throw new InputException(
          "limits must be at least 1 byte, 1 element and depth 4: "
              + bodyBytes
              + ", "
              + elements
              + ", "
              + depth);
    }
  }
}
