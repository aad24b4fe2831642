package io.centroid.serve.http;

import java.util.List;
import java.util.Locale;

/** The endpoints of the server and their HTTP methods. */
enum Endpoint {
  LIVE("GET", "HEAD"),
  READY("GET", "HEAD"),
  SERVER("GET", "HEAD"),
  METRICS("GET", "HEAD"),
  /** Triton's clients use POST; GET is for users. */
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

  boolean allows(String method) {
    return methods.contains(method);
  }

  /** The methods for the Allow header. */
  String methods() {
    return String.join(", ", methods);
  }

  /** The label in metrics. */
  String label() {
    return label;
  }
}
