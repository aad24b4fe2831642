package io.centroid.serve.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/** The web page to try the model, made of static files without external resources. */
final class WebPage {
  private static final Map<String, String> TYPES =
      Map.of(
          "/", "text/html; charset=utf-8",
          "/page.css", "text/css; charset=utf-8",
          "/page.js", "text/javascript; charset=utf-8",
          "/digit.js", "text/javascript; charset=utf-8",
          "/icon.svg", "image/svg+xml");

  /** Security headers: only these files, no inline code, no framing. */
  private static final HttpField[] SECURITY = {
    new PreEncodedHttpField(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
            + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    new PreEncodedHttpField("X-Frame-Options", "DENY"),
    new PreEncodedHttpField("Referrer-Policy", "no-referrer"),
    new PreEncodedHttpField("Cross-Origin-Opener-Policy", "same-origin"),
    new PreEncodedHttpField("Cross-Origin-Resource-Policy", "same-origin"),
    new PreEncodedHttpField(
        "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
  };

  private final Map<String, byte[]> files =
      TYPES.keySet().stream().collect(Collectors.toMap(path -> path, WebPage::read));

  static boolean has(String path) {
    return TYPES.containsKey(path);
  }

  void answer(Exchange exchange, String path) {
    exchange.answer(
        200,
        new HttpField(HttpHeader.CONTENT_TYPE, Objects.requireNonNull(TYPES.get(path))),
        Objects.requireNonNull(files.get(path)),
        SECURITY);
  }

  private static byte[] read(String path) {
    String name = path.equals("/") ? "index.html" : path.substring(1);
    try (InputStream in = WebPage.class.getResourceAsStream("page/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
