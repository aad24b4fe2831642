package io.centroid.serve.http;

/**
 * A parsed request path.
 *
 * @param endpoint endpoint of the path
 * @param model model in the path; empty if none
 * @param version version in the path; empty if none
 * @param path the whole path
 */
record Route(Endpoint endpoint, String model, String version, String path) {
  private static final String MODELS = "/v2/models/";
  private static final String VERSIONS = "versions/";

  static Route of(String path) {
    if (path.startsWith(MODELS)) {
      return model(path);
    }
    Endpoint endpoint =
        switch (path) {
          case "/v2", "/v2/" -> Endpoint.SERVER;
          case "/v2/health/live" -> Endpoint.LIVE;
          case "/v2/health/ready" -> Endpoint.READY;
          case "/v2/repository/index" -> Endpoint.INDEX;
          case "/metrics" -> Endpoint.METRICS;
          default -> WebPage.has(path) ? Endpoint.PAGE : Endpoint.NONE;
        };
    return new Route(endpoint, "", "", path);
  }

  private static Route model(String path) {
    String rest = path.substring(MODELS.length());
    String model = head(rest);
    String version = "";
    rest = tail(rest);
    if (rest.startsWith(VERSIONS)) {
      rest = rest.substring(VERSIONS.length());
      version = head(rest);
      rest = tail(rest);
    }
    Endpoint endpoint =
        switch (rest) {
          case "" -> Endpoint.MODEL;
          case "ready" -> Endpoint.MODEL_READY;
          case "infer" -> Endpoint.INFER;
          case "generate" -> Endpoint.GENERATE;
          default -> Endpoint.NONE;
        };
    return new Route(endpoint, model, version, path);
  }

  private static String head(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }

  private static String tail(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? "" : path.substring(slash + 1);
  }
}
