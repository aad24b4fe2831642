package io.centroid.serve.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputErrors;
import io.centroid.serve.engine.ModelVersion;
import io.centroid.serve.protocol.RejectedRequestException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Routes requests to endpoints: the Open Inference Protocol v2 over REST, Triton's repository index
 * and generate extensions, Prometheus metrics, and the web page.
 *
 * @see <a href="https://github.com/kserve/open-inference-protocol">the protocol</a>
 */
final class Endpoints extends Handler.Abstract {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Service service;
  private final InferEndpoint infer;
  private final GenerateEndpoint generate;
  private final WebPage page = new WebPage();
  private final String serverVersion;

  Endpoints(Service service, GenerateEndpoint generate, String serverVersion) {
    this.service = service;
    this.infer = new InferEndpoint(service.settings());
    this.generate = generate;
    this.serverVersion = serverVersion;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = Request.getPathInContext(request);
    Route route = Route.of(path);
    Exchange exchange =
        new Exchange(request, response, callback, service, route.endpoint().label());
    try {
      route(exchange, route);
    } catch (RuntimeException | Error e) {
      exchange.reject(e);
    }
    return true;
  }

  private void route(Exchange exchange, Route route) {
    if (service.settings().cors().isPreflight(exchange.request())) {
      exchange.answer(204, Headers.JSON, new byte[0], Cors.preflight(route.endpoint()));
      return;
    }
    if (!route.endpoint().allows(exchange.request().getMethod())) {
      exchange.answer(
          405,
          Headers.JSON,
          Errors.json(
              exchange.request().getMethod()
                  + " is not allowed, only "
                  + route.endpoint().methods()),
          new HttpField(HttpHeader.ALLOW, route.endpoint().methods()));
      return;
    }
    switch (route.endpoint()) {
      case LIVE -> json(exchange, NODES.objectNode().put("live", true));
      case READY -> ready(exchange);
      case SERVER -> json(exchange, server());
      case METRICS ->
          exchange.answer(
              200,
              Headers.METRICS,
              service.metrics().exposition(service.inFlight().count(), service.ready()));
      case INDEX -> index(exchange);
      case MODEL -> {
        ModelVersion version = version(route);
        json(exchange, version.model().description().toJson());
        version.release();
      }
      case MODEL_READY -> {
        version(route).release();
        ready(exchange);
      }
      case INFER ->
          withBody(
              exchange,
              route,
              (version, body, length) -> infer.infer(exchange, version, body, length));
      case GENERATE ->
          withBody(
              exchange,
              route,
              (version, body, length) -> generate.generate(exchange, version, body, length));
      case PAGE -> page.answer(exchange, route.path());
      case NONE ->
          throw new RejectedRequestException(404, "not found: " + InputErrors.quote(route.path()));
    }
  }

  /** Handles a body and a model version, and releases the version. */
  private interface BodyHandler {
    void handle(ModelVersion version, byte[] body, int length);
  }

  /** Acquires the version that the path names. */
  private ModelVersion version(Route route) {
    if (!route.model().equals(service.name())) {
      throw new RejectedRequestException(
          404,
          "unknown model " + InputErrors.quote(route.model()) + ", expected " + service.name());
    }
    Optional<ModelVersion> acquired = service.current().acquire();
    if (acquired.isEmpty()) {
      throw new RejectedRequestException(503, "no version is ready");
    }
    String serving = acquired.get().model().description().version();
    if (!route.version().isEmpty() && !route.version().equals(serving)) {
      acquired.get().release();
      throw new RejectedRequestException(
          404, "unknown version " + InputErrors.quote(route.version()) + ", expected " + serving);
    }
    return acquired.get();
  }

  private void withBody(Exchange exchange, Route route, BodyHandler handler) {
    if (!service.inFlight().enter(exchange)) {
      throw new RejectedRequestException(
          503,
          "server busy (" + service.settings().concurrency() + " requests in flight); retry later");
    }
    // Checked first, so that no body is read for an unknown model.
    version(route).release();
    int maxBytes = service.settings().limits().bodyBytes();
    if (exchange.request().getLength() > maxBytes) {
      throw new RejectedRequestException(413, "the body is larger than " + maxBytes + " bytes");
    }
    new BodyReader(
            exchange, maxBytes, (body, length) -> handler.handle(version(route), body, length))
        .run();
  }

  private void ready(Exchange exchange) {
    boolean ready = service.ready();
    if (ready) {
      json(exchange, NODES.objectNode().put("name", service.name()).put("ready", true));
    } else {
      exchange.reject(
          new RejectedRequestException(
              503, service.draining() ? "the server is shutting down" : "no version is ready"));
    }
  }

  private ObjectNode server() {
    ObjectNode node = NODES.objectNode();
    node.put("name", "centroid");
    node.put("version", serverVersion);
    ArrayNode extensions = node.putArray("extensions");
    extensions.add("binary_tensor_data").add("model_repository(index)").add("generate");
    return node;
  }

  private void index(Exchange exchange) {
    ArrayNode models = NODES.arrayNode();
    ObjectNode model = models.addObject().put("name", service.name());
    Optional<ModelVersion> acquired = service.current().acquire();
    if (acquired.isPresent()) {
      model.put("version", acquired.get().model().description().version()).put("state", "READY");
      acquired.get().release();
    } else {
      model.put("state", "UNAVAILABLE");
    }
    exchange.json(200, models.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void json(Exchange exchange, ObjectNode node) {
    exchange.json(200, node.toString().getBytes(StandardCharsets.UTF_8));
  }
}
