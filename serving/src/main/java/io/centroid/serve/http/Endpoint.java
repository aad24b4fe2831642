package io.centroid.serve.http;

import java.util.List;
import java.util.Locale;

/** What can be asked of the server. */
enum Endpoint {
  LIVE("GET", "HEAD"),
  READY("GET", "HEAD"),
  SERVER("GET", "HEAD"),
  METRICS("GET", "HEAD"),
  /** Triton asks for POST; for people GET does too. */
  INDEX("GET", "HEAD", "POST"),
  MODEL("GET", "HEAD"),
  MODEL_READY("GET", "HEAD"),
  INFER("POST"),
  GENERATE("POST"),
  PAGE("GET", "HEAD"),
  NONE("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE");

  private final List<String> methods;
  private final String label;

  Endpoint(String... methods) {
    this.methods = List.of(methods);
    this.label = name().toLowerCase(Locale.ROOT);
  }

  boolean takes(String method) {
    return methods.contains(method);
  }

  /** As the Allow header spells them. */
  String methods() {
    return String.join(", ", methods);
  }

  /** As metrics spell it. */
  String label() {
    return label;
  }
}
