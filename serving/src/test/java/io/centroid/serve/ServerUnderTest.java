package io.centroid.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.io.HadoopFiles;
import io.centroid.serve.engine.BatchSettings;
import io.centroid.serve.http.Cors;
import io.centroid.serve.http.ServerSettings;
import io.centroid.serve.protocol.RequestLimits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;

/** A server on a free loopback port with an HTTP client. */
public final class ServerUnderTest implements AutoCloseable {
  public static final ServerSettings SETTINGS =
      new ServerSettings(
          "127.0.0.1",
          0,
          64,
          256,
          Duration.ofSeconds(20),
          Duration.ZERO,
          Duration.ofSeconds(10),
          RequestLimits.DEFAULT,
          Cors.NONE);

  /**
   * Timeouts longer than a machine may stand still: a connection that the server closes as idle
   * while its client does not run fails the client's next request.
   */
  public static final ServerSettings PATIENT =
      new ServerSettings(
          "127.0.0.1",
          0,
          64,
          256,
          Duration.ofMinutes(10),
          Duration.ZERO,
          Duration.ofSeconds(10),
          RequestLimits.DEFAULT,
          Cors.NONE);

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Serving serving;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ServerUnderTest(Serving serving) {
    this.serving = serving;
  }

  public static ServerUnderTest of(Path export) {
    return of(export, SETTINGS);
  }

  public static ServerUnderTest of(Path export, ServerSettings settings) {
    return of(export.toUri().toString(), "digits", settings);
  }

  /** A server of an export that its keys open. */
  static ServerUnderTest of(HadoopFiles files, Path export) {
    return of(files, export.toUri().toString(), "digits", SETTINGS);
  }

  public static ServerUnderTest of(String place, String name, ServerSettings settings) {
    return of(new HadoopFiles(new Configuration()), place, name, settings);
  }

  private static ServerUnderTest of(
      HadoopFiles files, String place, String name, ServerSettings settings) {
    return new ServerUnderTest(
        Serving.start(
            files,
            Serving.source(files, place, name, "onnx"),
            new ServingSettings(
                settings, new BatchSettings(16, 0, 2), Duration.ofMillis(20), 1, 1, "test")));
  }

  public URI uri() {
    return serving.uri();
  }

  public HttpClient client() {
    return client;
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri().resolve(path)).timeout(Duration.ofMinutes(2));
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  public HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  /** Sends an infer request for an image of equal pixels. */
  public HttpResponse<String> infer(float pixel) throws IOException, InterruptedException {
    return post("/v2/models/digits/infer", body(pixel));
  }

  /** The body of an infer request for an image of equal pixels. */
  public static String body(float pixel) {
    float[] pixels = new float[DigitExports.PIXELS];
    Arrays.fill(pixels, pixel);
    return "{\"inputs\":[{\"name\":\"input\",\"shape\":[1,784],\"datatype\":\"FP32\",\"data\":"
        + Arrays.toString(pixels)
        + "}]}";
  }

  /** The value of a metric; 0 if it is missing. */
  public double metric(String line) throws IOException, InterruptedException {
    return get("/metrics")
        .body()
        .lines()
        .filter(found -> found.startsWith(line + " "))
        .mapToDouble(found -> Double.parseDouble(found.substring(line.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  public static JsonNode json(HttpResponse<String> response) {
    try {
      return MAPPER.readTree(response.body());
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + response.body(), e);
    }
  }

  @Override
  public void close() {
    serving.close();
  }
}
