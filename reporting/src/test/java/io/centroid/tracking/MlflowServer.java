package io.centroid.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A tracking server that keeps runs, artifacts and model versions in memory, refuses what MLflow
 * refuses, and can misbehave. As in MLflow's SQL store, a metric that is sent twice with the same
 * time is kept once.
 */
public final class MlflowServer implements Closeable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern FILTER =
      Pattern.compile("tags\\.`(?<key>[^`]+)` = '(?<value>[^']*)'");
  private static final String API = "/api/2.0/mlflow/";
  private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/";

  /** How it answers. */
  public enum Fault {
    NONE,
    HANG,
    ERROR,
    UNAUTHORIZED,
    HTML,
    TRUNCATED,
    DRIP,
    REDIRECT,
    HUGE,
    /** Has no such run. */
    UNKNOWN,
    /** Does what is asked, and closes the connection without an answer. */
    LOST_ANSWER
  }

  /** A value of a metric. */
  public record Point(String key, double value, long timestamp, long step) {}

  /** A run. */
  public static final class Run {
    final String experimentId;
    final String name;
    final String artifactUri;
    String status = "RUNNING";
    String lifecycle = "active";
    long startTime;
    long endTime;
    final Map<String, String> tags = new TreeMap<>();
    final Map<String, String> params = new TreeMap<>();
    final List<Point> points = new ArrayList<>();

    Run(String experimentId, String name, String artifactUri) {
      this.experimentId = experimentId;
      this.name = name;
      this.artifactUri = artifactUri;
    }
  }

  /** A version of a registered model. */
  public record Version(
      String name, String number, String source, String runId, Map<String, String> tags) {}

  private final int port;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "MLflow server of a test");
            thread.setDaemon(true);
            return thread;
          });
  private HttpServer http;
  private volatile CountDownLatch released = new CountDownLatch(1);

  final Map<String, String> experiments = new LinkedHashMap<>();
  final Map<String, Run> runs = new LinkedHashMap<>();
  final Map<String, byte[]> artifacts = new TreeMap<>();
  final Map<String, Map<String, String>> models = new TreeMap<>();
  final List<Version> versions = new ArrayList<>();

  /** Requests as method and path with query; of the last fault too. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  /** Headers {@code Authorization}. */
  final List<String> authorizations = new CopyOnWriteArrayList<>();

  /** Why requests were refused. */
  final List<String> refusals = new CopyOnWriteArrayList<>();

  volatile Fault fault = Fault.NONE;

  /** Requests that contain this regular expression misbehave; empty: all. */
  volatile String faultIn = "";

  /** Artifact root; by default the server's own. */
  volatile String artifactRoot = "mlflow-artifacts:";

  /** Whether folders of local disks may be sources of model versions. */
  volatile boolean acceptsLocalSources;

  /** Longest value of a parameter; of old releases 500 or 250. */
  volatile int mostParameterChars = 6000;

  public MlflowServer() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    port = http.getAddress().getPort();
    start(http);
  }

  private void start(HttpServer server) {
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** The base URL. */
  public String uri() {
    return "http://127.0.0.1:" + port;
  }

  /** Ends the server; connections are refused. */
  void down() {
    http.stop(0);
  }

  /** Starts it again at the same port, with all it had. */
  void up() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    start(http);
  }

  /** Answers as it should again, also those that wait. */
  void heal() {
    fault = Fault.NONE;
    released.countDown();
    released = new CountDownLatch(1);
  }

  /** The only run. */
  synchronized Run run() {
    if (runs.size() != 1) {
      throw new AssertionError("runs: " + runs.keySet());
    }
    return runs.values().iterator().next();
  }

  synchronized List<Point> points(String key) {
    return run().points.stream().filter(point -> point.key.equals(key)).toList();
  }

  public synchronized List<Version> versions() {
    return List.copyOf(versions);
  }

  /** Targets of a model's aliases, by alias. */
  public synchronized Map<String, String> aliases(String model) {
    return Map.copyOf(models.getOrDefault(model, Map.of()));
  }

  /** Accepts folders of local disks as sources of model versions. */
  public void acceptLocalSources() {
    acceptsLocalSources = true;
  }

  public List<String> refusals() {
    return refusals;
  }

  /** Statuses of the runs. */
  public synchronized List<String> statuses() {
    return runs.values().stream().map(run -> run.status).toList();
  }

  /** Number of values of a metric in all runs. */
  public synchronized long count(String key) {
    return runs.values().stream()
        .flatMap(run -> run.points.stream())
        .filter(point -> point.key.equals(key))
        .count();
  }

  public synchronized List<String> runIds() {
    return List.copyOf(runs.keySet());
  }

  @Override
  public void close() {
    heal();
    http.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
      byte[] body = exchange.getRequestBody().readAllBytes();
      requests.add(call);
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      if (authorization != null) {
        authorizations.add(authorization);
      }
      Fault now = Pattern.compile(faultIn).matcher(call).find() ? fault : Fault.NONE;
      switch (now) {
        case NONE -> answer(exchange, reply(exchange, body));
        case LOST_ANSWER -> {
          Reply unused = reply(exchange, body);
        }
        case UNKNOWN -> answer(exchange, Reply.error(404, "RESOURCE_DOES_NOT_EXIST", "no run"));
        case HANG -> released.await();
        case ERROR -> answer(exchange, 500, "text/plain", "Internal Server Error");
        case UNAUTHORIZED -> answer(exchange, 401, "text/plain", "Unauthorized");
        case HTML -> answer(exchange, 200, "text/html", "<html><body>Sign in</body></html>");
        case REDIRECT -> {
          exchange.getResponseHeaders().set("Location", "http://127.0.0.2:9/elsewhere");
          exchange.sendResponseHeaders(302, -1);
        }
        case TRUNCATED -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write("{\"experiment\": {".getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
        }
        case DRIP -> drip(exchange);
        case HUGE -> huge(exchange);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A byte every 50 ms, without an end. */
  private void drip(HttpExchange exchange) throws IOException, InterruptedException {
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    CountDownLatch end = released;
    do {
      out.write(' ');
      out.flush();
    } while (!end.await(50, TimeUnit.MILLISECONDS));
  }

  private static void huge(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    byte[] block = " ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < (64 << 20) / block.length; i++) {
      exchange.getResponseBody().write(block);
    }
  }

  private record Reply(int status, JsonNode body) {
    static Reply error(int status, String code, String message) {
      return new Reply(
          status,
          JsonNodeFactory.instance.objectNode().put("error_code", code).put("message", message));
    }
  }

  private static void answer(HttpExchange exchange, Reply reply) throws IOException {
    answer(exchange, reply.status, "application/json", reply.body.toString());
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private synchronized Reply reply(HttpExchange exchange, byte[] body) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    if (path.startsWith(ARTIFACTS) && method.equals("PUT")) {
      artifacts.put(path.substring(ARTIFACTS.length()), body);
      return new Reply(200, JSON.createObjectNode());
    }
    if (!path.startsWith(API)) {
      return Reply.error(404, "ENDPOINT_NOT_FOUND", path);
    }
    String name = path.substring(API.length());
    JsonNode request =
        method.equals("GET") ? query(exchange.getRequestURI().getRawQuery()) : JSON.readTree(body);
    String problem = MlflowSchema.problem(method, name, request);
    Reply reply =
        problem == null
            ? done(name, request)
            : Reply.error(400, "INVALID_PARAMETER_VALUE", problem);
    if (reply.status == 400 && !reply.body.path("error_code").asText().contains("EXISTS")) {
      refusals.add(name + ": " + reply.body.path("message").asText());
    }
    return reply;
  }

  private static ObjectNode query(@Nullable String raw) {
    ObjectNode query = JSON.createObjectNode();
    for (String pair : Objects.requireNonNullElse(raw, "").split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        query.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return query;
  }

  private Reply done(String name, JsonNode request) {
    return switch (name) {
      case "experiments/get-by-name" -> experiment(request.path("experiment_name").asText());
      case "experiments/create" -> createExperiment(request.path("name").asText());
      case "runs/create" -> createRun(request);
      case "runs/search" -> searchRuns(request);
      case "registered-models/create" -> createModel(request.path("name").asText());
      case "registered-models/alias" -> alias(request);
      case "model-versions/create" -> createVersion(request);
      case "model-versions/search" -> search(request);
      default -> ofRun(name, request);
    };
  }

  private Reply experiment(String name) {
    String id = experiments.get(name);
    if (id == null) {
      return Reply.error(404, "RESOURCE_DOES_NOT_EXIST", "no experiment " + name);
    }
    ObjectNode body = JSON.createObjectNode();
    body.putObject("experiment")
        .put("experiment_id", id)
        .put("name", name)
        .put("lifecycle_stage", "active");
    return new Reply(200, body);
  }

  private Reply createExperiment(String name) {
    if (experiments.containsKey(name)) {
      return Reply.error(400, "RESOURCE_ALREADY_EXISTS", name);
    }
    String id = Integer.toString(experiments.size() + 1);
    experiments.put(name, id);
    return new Reply(200, JSON.createObjectNode().put("experiment_id", id));
  }

  private Reply createRun(JsonNode request) {
    String experimentId = request.path("experiment_id").asText();
    if (!experiments.containsValue(experimentId)) {
      return Reply.error(404, "RESOURCE_DOES_NOT_EXIST", "no experiment " + experimentId);
    }
    String id = "%032x".formatted(runs.size() + 1);
    Run run =
        new Run(
            experimentId,
            request.path("run_name").asText(),
            artifactRoot + "/" + experimentId + "/" + id + "/artifacts");
    request
        .path("tags")
        .forEach(tag -> run.tags.put(tag.path("key").asText(), tag.path("value").asText()));
    run.startTime = request.path("start_time").asLong();
    runs.put(id, run);
    return new Reply(200, shown(id, run));
  }

  private Reply searchRuns(JsonNode request) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode found = body.putArray("runs");
    Matcher filter = FILTER.matcher(request.path("filter").asText());
    if (!filter.matches()) {
      return Reply.error(400, "INVALID_PARAMETER_VALUE", "filter " + request.path("filter"));
    }
    runs.forEach(
        (id, run) -> {
          if (run.lifecycle.equals("active")
              && run.experimentId.equals(request.path("experiment_ids").path(0).asText())
              && filter.group("value").equals(run.tags.get(filter.group("key")))) {
            found.add(shown(id, run).path("run"));
          }
        });
    return new Reply(200, body);
  }

  private static ObjectNode shown(String id, Run run) {
    ObjectNode body = JSON.createObjectNode();
    ObjectNode shown = body.putObject("run");
    shown
        .putObject("info")
        .put("run_id", id)
        .put("experiment_id", run.experimentId)
        .put("status", run.status)
        .put("lifecycle_stage", run.lifecycle)
        .put("artifact_uri", run.artifactUri);
    ObjectNode data = shown.putObject("data");
    ArrayNode params = data.putArray("params");
    run.params.forEach((key, value) -> params.addObject().put("key", key).put("value", value));
    ArrayNode tags = data.putArray("tags");
    run.tags.forEach((key, value) -> tags.addObject().put("key", key).put("value", value));
    return body;
  }

  private Reply ofRun(String name, JsonNode request) {
    String id = request.path("run_id").asText();
    Run run = runs.get(id);
    if (run == null) {
      return Reply.error(404, "RESOURCE_DOES_NOT_EXIST", "Run '" + id + "' not found");
    }
    if (name.equals("runs/get")) {
      return new Reply(200, shown(id, run));
    }
    if (!run.lifecycle.equals("active")) {
      return Reply.error(400, "INVALID_PARAMETER_VALUE", "The run must be in the 'active' state");
    }
    if (name.equals("runs/update")) {
      run.status = request.path("status").asText(run.status);
      run.endTime = request.path("end_time").asLong(run.endTime);
      return new Reply(200, shown(id, run).path("run"));
    }
    for (JsonNode param : request.path("params")) {
      String value = param.path("value").asText();
      String before = run.params.get(param.path("key").asText());
      if (value.length() > mostParameterChars || (before != null && !before.equals(value))) {
        return Reply.error(400, "INVALID_PARAMETER_VALUE", "parameter " + param.path("key"));
      }
    }
    request
        .path("params")
        .forEach(p -> run.params.put(p.path("key").asText(), p.path("value").asText()));
    request
        .path("tags")
        .forEach(tag -> run.tags.put(tag.path("key").asText(), tag.path("value").asText()));
    for (JsonNode metric : request.path("metrics")) {
      Point point =
          new Point(
              metric.path("key").asText(),
              metric.path("value").asDouble(),
              metric.path("timestamp").asLong(),
              metric.path("step").asLong());
      if (!run.points.contains(point)) {
        run.points.add(point);
      }
    }
    return new Reply(200, JSON.createObjectNode());
  }

  private Reply createModel(String name) {
    if (models.putIfAbsent(name, new TreeMap<>()) != null) {
      return Reply.error(400, "RESOURCE_ALREADY_EXISTS", name);
    }
    return new Reply(200, JSON.createObjectNode());
  }

  private Reply createVersion(JsonNode request) {
    String name = request.path("name").asText();
    String source = request.path("source").asText();
    if (!models.containsKey(name)) {
      return Reply.error(404, "RESOURCE_DOES_NOT_EXIST", name);
    }
    if (!acceptsLocalSources && (source.startsWith("file:") || source.startsWith("/"))) {
      return Reply.error(400, "INVALID_PARAMETER_VALUE", "Invalid model version source: " + source);
    }
    Map<String, String> tags = new TreeMap<>();
    request
        .path("tags")
        .forEach(tag -> tags.put(tag.path("key").asText(), tag.path("value").asText()));
    String number =
        Long.toString(1 + versions.stream().filter(found -> found.name.equals(name)).count());
    versions.add(new Version(name, number, source, request.path("run_id").asText(), tags));
    return new Reply(200, JSON.createObjectNode());
  }

  /** One version a page, so that clients must ask for the others. */
  private Reply search(JsonNode request) {
    String filter = request.path("filter").asText();
    List<Version> found =
        versions.stream().filter(version -> filter.equals("name='" + version.name + "'")).toList();
    int page = request.path("page_token").asInt(0);
    ObjectNode body = JSON.createObjectNode();
    if (page < found.size()) {
      ObjectNode shown = body.putArray("model_versions").addObject();
      shown.put("name", found.get(page).name).put("version", found.get(page).number);
      ArrayNode tags = shown.putArray("tags");
      found
          .get(page)
          .tags
          .forEach((key, value) -> tags.addObject().put("key", key).put("value", value));
    }
    if (page + 1 < found.size()) {
      body.put("next_page_token", Integer.toString(page + 1));
    }
    return new Reply(200, body);
  }

  private Reply alias(JsonNode request) {
    String name = request.path("name").asText();
    String version = request.path("version").asText();
    Map<String, String> aliases = models.get(name);
    if (aliases == null
        || versions.stream().noneMatch(v -> v.name.equals(name) && v.number.equals(version))) {
      return Reply.error(404, "RESOURCE_DOES_NOT_EXIST", name + " " + version);
    }
    aliases.put(request.path("alias").asText(), version);
    return new Reply(200, JSON.createObjectNode());
  }
}
