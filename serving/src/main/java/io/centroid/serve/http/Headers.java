package io.centroid.serve.http;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/** Pre-encoded header fields. */
final class Headers {
  static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");
  static final HttpField BYTES =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/octet-stream");
  static final HttpField METRICS =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
  static final HttpField NO_SNIFFING = new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
  static final HttpField NOT_STORED = new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");
  static final HttpField CLOSE = new PreEncodedHttpField(HttpHeader.CONNECTION, "close");
  static final HttpField RETRY_SOON = new PreEncodedHttpField(HttpHeader.RETRY_AFTER, "1");

  /** Length of the JSON before binary tensors, in requests and responses. */
  static final String JSON_LENGTH = "Inference-Header-Content-Length";

  private Headers() {}
}
