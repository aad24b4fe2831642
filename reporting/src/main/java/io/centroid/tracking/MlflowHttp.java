package io.centroid.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.error.InputException;
import io.centroid.io.Json;
import io.centroid.security.Secret;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client of MLflow's REST API 2.0. Every request ends within its time limit, answers are limited
 * in size, and no redirect is followed. The token is sent in the header {@code Authorization}
 * alone.
 */
final class MlflowHttp {
  private static final String API = "/api/2.0/mlflow/";
  private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/";
  private static final int MOST_ANSWER_BYTES = 8 << 20;

  private final String server;
  private final @Nullable Secret token;
  private final Duration limit;
  private final HttpClient client;

  /**
   * Creates a client; does not connect.
   *
   * @param server base URL without a final slash
   * @param limit maximum duration of a request until the answer is complete
   */
  MlflowHttp(String server, @Nullable Secret token, Duration limit) {
    this.server = server;
    this.token = token;
    this.limit = limit;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(limit)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  String server() {
    return server;
  }

  /**
   * Gets an object.
   *
   * @param endpoint such as {@code runs/get}
   * @throws MlflowFailure if the server answers, but not with success
   */
  JsonNode get(String endpoint, Map<String, String> parameters) throws IOException {
    String query =
        parameters.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + encoded(entry.getValue()))
            .collect(Collectors.joining("&"));
    return exchange(request(API + endpoint + "?" + query).GET());
  }

  /** As {@link #get}, with a JSON body. */
  JsonNode post(String endpoint, ObjectNode body) throws IOException {
    return exchange(
        request(API + endpoint)
            .header("Content-Type", "application/json; charset=utf-8")
            .POST(BodyPublishers.ofString(body.toString())));
  }

  /**
   * Writes an artifact through the server.
   *
   * @param path path below the server's root of artifacts
   */
  void putArtifact(String path, byte[] content) throws IOException {
    String encoded =
        Arrays.stream(path.split("/"))
            .filter(name -> !name.isEmpty())
            .map(MlflowHttp::encoded)
            .collect(Collectors.joining("/"));
    exchange(
        request(ARTIFACTS + encoded)
            .header("Content-Type", "application/octet-stream")
            .PUT(BodyPublishers.ofByteArray(content)));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path)).timeout(limit);
    if (token != null) {
      request.header("Authorization", "Bearer " + token.reveal());
    }
    return request;
  }

  private JsonNode exchange(HttpRequest.Builder request) throws IOException {
    HttpResponse<byte[]> response = response(request.build());
    int status = response.statusCode();
    if (status / 100 == 3) {
      throw new MlflowFailure(
          status,
          "",
          "(a redirect to "
              + response.headers().firstValue("Location").orElse("nowhere")
              + ", which is not followed)");
    }
    JsonNode body = json(response.body());
    if (status / 100 != 2) {
      throw new MlflowFailure(
          status, body.path("error_code").asText(), body.path("message").asText());
    }
    if (!body.isObject()) {
      throw new IOException("answers with something else than JSON: is it an MLflow server?");
    }
    return body;
  }

  /** The object; missing if it is none. */
  private static JsonNode json(byte[] body) {
    try {
      return Json.parse("MLflow's answer", body);
    } catch (InputException e) {
      return MissingNode.getInstance();
    }
  }

  /** The JDK's own time limit ends with the headers of an answer, this one with its body. */
  private HttpResponse<byte[]> response(HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<byte[]>> pending =
        client.sendAsync(request, head -> new BoundedBody(MOST_ANSWER_BYTES));
    try {
      return pending.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("does not answer within " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      pending.cancel(true);
    }
  }

  private IOException failure(@Nullable Throwable cause) {
    if (cause instanceof HttpTimeoutException) {
      return new IOException("does not answer within " + limit.toSeconds() + " s", cause);
    }
    if (cause instanceof ConnectException) {
      return new IOException("cannot be reached", cause);
    }
    return cause instanceof IOException known ? known : new IOException(cause);
  }
}
