package io.centroid.serve.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.InputErrors;
import io.centroid.serve.engine.ModelVersion;
import io.centroid.serve.protocol.RefusedRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Which request goes where. The paths are those of the Open Inference Protocol v2 over REST, of
 * Triton's repository index and generate extensions, of Prometheus, and of the page.
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
    } catch (RuntimeException | OutOfMemoryError e) {
      exchange.refuse(e);
    }
    return true;
  }

  private void route(Exchange exchange, Route route) {
    if (!route.endpoint().takes(exchange.request().getMethod())) {
      exchange.answer(
          405,
          Headers.JSON,
          Errors.json(
              exchange.request().getMethod() + " is not taken here: " + route.endpoint().methods()),
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
      case PAGE -> page.answer(exchange, route.rest());
      case NONE ->
          throw new RefusedRequest(404, "there is nothing at " + InputErrors.quote(route.rest()));
    }
  }

  /** What is done with a body and a version, which the taker releases. */
  private interface BodyTaker {
    void take(ModelVersion version, byte[] body, int length);
  }

  /** The version that the path means, held for the caller. */
  private ModelVersion version(Route route) {
    if (!route.model().equals(service.name())) {
      throw new RefusedRequest(
          404,
          "there is no model " + InputErrors.quote(route.model()) + ", only " + service.name());
    }
    Optional<ModelVersion> held = service.current().hold();
    if (held.isEmpty()) {
      throw new RefusedRequest(503, "no version is ready");
    }
    String serving = held.get().model().description().version();
    if (!route.version().isEmpty() && !route.version().equals(serving)) {
      held.get().release();
      throw new RefusedRequest(
          404,
          "version "
              + InputErrors.quote(route.version())
              + " does not serve, "
              + serving
              + " does");
    }
    return held.get();
  }

  private void withBody(Exchange exchange, Route route, BodyTaker taker) {
    if (!service.inFlight().enter(exchange)) {
      throw new RefusedRequest(
          503, service.settings().concurrency() + " requests are being answered: come again");
    }
    // Asked at once, so that nobody sends a body for a model that is not there.
    version(route).release();
    int most = service.settings().limits().bodyBytes();
    if (exchange.request().getLength() > most) {
      throw new RefusedRequest(413, "the body is larger than " + most + " bytes");
    }
    new BodyReader(exchange, most, (body, length) -> taker.take(version(route), body, length))
        .run();
  }

  private void ready(Exchange exchange) {
    boolean ready = service.ready();
    if (ready) {
      json(exchange, NODES.objectNode().put("name", service.name()).put("ready", true));
    } else {
      exchange.refuse(
          new RefusedRequest(
              503, service.draining() ? "the server is ending" : "no version is ready"));
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
    Optional<ModelVersion> held = service.current().hold();
    if (held.isPresent()) {
      model.put("version", held.get().model().description().version()).put("state", "READY");
      held.get().release();
    } else {
      model.put("state", "UNAVAILABLE");
    }
    exchange.json(200, models.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void json(Exchange exchange, ObjectNode node) {
    exchange.json(200, node.toString().getBytes(StandardCharsets.UTF_8));
  }
}
