package io.centroid.serve.http;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Cross-origin resource sharing: the web pages of which origins may use the server.
 *
 * @param origins origins, such as {@code https://app.example.com}; {@code *} for all; empty for
 *     none
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">the protocol</a>
 */
public record Cors(List<String> origins) {
  /** Other pages may not use the server. */
  public static final Cors NONE = new Cors(List.of());

  private static final String ANY = "*";
  private static final String ORIGIN =
      "[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[0-9a-f:.]+\\])(:[0-9]{1,5})?";
  private static final String REQUESTED_METHOD = "Access-Control-Request-Method";
  private static final String EXPOSED = Headers.JSON_LENGTH + ", Retry-After";

  public Cors {
    origins = List.copyOf(origins);
    for (String origin : origins) {
      if (!origin.equals(ANY) && !origin.matches(ORIGIN)) {
        throw new InputException(
            "--cors-origin: expected * or an origin in lower case without a path, such as"
                + " https://app.example.com, found "
                + InputErrors.quote(origin));
      }
    }
  }

  /** Adds the headers that let the page of the request read the response. */
  void allow(Request request, HttpFields.Mutable headers) {
    if (origins.isEmpty()) {
      return;
    }
    String allowed = allowed(request.getHeaders().get(HttpHeader.ORIGIN));
    if (!origins.contains(ANY)) {
      // Caches must not give the response to another origin.
      headers.add(HttpHeader.VARY, HttpHeader.ORIGIN.asString());
    }
    if (allowed != null) {
      headers.put("Access-Control-Allow-Origin", allowed);
      headers.put("Access-Control-Expose-Headers", EXPOSED);
    }
  }

  private @Nullable String allowed(@Nullable String origin) {
    if (origin == null) {
      return null;
    }
    return origins.contains(ANY) ? ANY : origins.contains(origin) ? origin : null;
  }

  /**
   * Whether the request is a browser's question if a page of an allowed origin may send another.
   */
  boolean isPreflight(Request request) {
    return request.getMethod().equals("OPTIONS")
        && request.getHeaders().get(REQUESTED_METHOD) != null
        && allowed(request.getHeaders().get(HttpHeader.ORIGIN)) != null;
  }

  /** The headers of the response to a preflight request. */
  static HttpField[] preflight(Endpoint endpoint) {
    return new HttpField[] {
      new HttpField("Access-Control-Allow-Methods", endpoint.methods()),
      new HttpField("Access-Control-Allow-Headers", "Content-Type, " + Headers.JSON_LENGTH),
      new HttpField("Access-Control-Max-Age", "600")
    };
  }
}
