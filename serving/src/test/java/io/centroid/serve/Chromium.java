package io.centroid.serve;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A web page in headless Chromium, driven by the DevTools protocol. */
public final class Chromium implements AutoCloseable, WebSocket.Listener {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LISTENING = "DevTools listening on ";
  private static final long SECONDS = 30;

  private final Process process;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<String> consoleErrors = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final StringBuilder partial = new StringBuilder();
  private final WebSocket socket;
  private String session = "";

  /** Opens an address; skips the test if Chromium is missing. */
  public Chromium(URI address, Path profile) throws Exception {
    Path program = Path.of("/usr/bin/chromium");
    assumeTrue(Files.isExecutable(program), program + " is not there (apt install chromium)");
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--remote-debugging-port=0",
                "--window-size=1000,900",
                "--user-data-dir=" + profile)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(endpoint()), this)
            .get(SECONDS, TimeUnit.SECONDS);
    String target =
        call("Target.createTarget", parameters().put("url", "about:blank"))
            .get("targetId")
            .asText();
    session =
        call("Target.attachToTarget", parameters().put("targetId", target).put("flatten", true))
            .get("sessionId")
            .asText();
    call("Log.enable", parameters());
    call("Runtime.enable", parameters());
    call("Page.enable", parameters());
    call("Network.enable", parameters());
    call("Page.navigate", parameters().put("url", address.toString()));
  }

  private String endpoint() throws IOException {
    BufferedReader lines = process.errorReader(StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(LISTENING)) {
        Thread drain = new Thread(() -> lines.lines().forEach(more -> {}));
        drain.setDaemon(true);
        drain.start();
        return line.substring(LISTENING.length()).strip();
      }
    }
    throw new IOException("Chromium exited before it listened");
  }

  private static ObjectNode parameters() {
    return JSON.createObjectNode();
  }

  private JsonNode call(String method, ObjectNode parameters) throws Exception {
    ObjectNode message = JSON.createObjectNode();
    int number = numbers.incrementAndGet();
    message.put("id", number).put("method", method).set("params", parameters);
    if (!session.isEmpty()) {
      message.put("sessionId", session);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(number, answer);
    socket.sendText(message.toString(), true).get(SECONDS, TimeUnit.SECONDS);
    return answer.get(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      String text = partial.toString();
      partial.setLength(0);
      take(text);
    }
    webSocket.request(1);
    return CompletableFuture.completedFuture(null);
  }

  private void take(String text) {
    JsonNode message;
    try {
      message = JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    CompletableFuture<JsonNode> waiting = answers.remove(message.path("id").asInt(-1));
    if (waiting != null) {
      if (message.has("error")) {
        waiting.completeExceptionally(new IOException(message.get("error").toString()));
      } else {
        waiting.complete(message.get("result"));
      }
    }
    String method = message.path("method").asText();
    if (method.equals("Network.requestWillBeSent")) {
      requests.add(message.at("/params/request/url").asText());
    }
    if (method.equals("Runtime.exceptionThrown")
        || (method.equals("Log.entryAdded")
            && message.at("/params/entry/level").asText().equals("error"))) {
      consoleErrors.add(message.get("params").toString());
    }
  }

  /** Exceptions and errors in the page's console. */
  public List<String> consoleErrors() {
    return new ArrayList<>(consoleErrors);
  }

  /** Addresses of what the page has loaded, itself included; {@code data:} as well. */
  public List<String> requests() {
    return new ArrayList<>(requests);
  }

  /** The value of an expression in the page, as text. */
  public String evaluate(String expression) throws Exception {
    JsonNode result =
        call(
            "Runtime.evaluate",
            parameters().put("expression", expression).put("returnByValue", true));
    return result.at("/result/value").asText();
  }

  /** The text of an element. */
  String text(String selector) throws Exception {
    return evaluate("document.querySelector('" + selector + "').textContent");
  }

  public void click(String selector) throws Exception {
    evaluate("document.querySelector('" + selector + "').click()");
  }

  /** Draws lines with the mouse; points are fractions of the element's width. */
  void draw(String selector, double... points) throws Exception {
    String box = "document.querySelector('" + selector + "').getBoundingClientRect().";
    double left = Double.parseDouble(evaluate(box + "left"));
    double top = Double.parseDouble(evaluate(box + "top"));
    double width = Double.parseDouble(evaluate(box + "width"));
    mouse("mousePressed", left + points[0] * width, top + points[1] * width);
    for (int i = 2; i < points.length; i += 2) {
      for (int part = 1; part <= 6; part++) {
        double x = points[i - 2] + (points[i] - points[i - 2]) * part / 6;
        double y = points[i - 1] + (points[i + 1] - points[i - 1]) * part / 6;
        mouse("mouseMoved", left + x * width, top + y * width);
      }
    }
    int end = points.length;
    mouse("mouseReleased", left + points[end - 2] * width, top + points[end - 1] * width);
  }

  private void mouse(String type, double x, double y) throws Exception {
    call(
        "Input.dispatchMouseEvent",
        parameters()
            .put("type", type)
            .put("x", x)
            .put("y", y)
            .put("button", "left")
            .put("buttons", type.equals("mouseReleased") ? 0 : 1)
            .put("clickCount", 1));
  }

  /** Resizes the window, in CSS pixels, and selects the light or the dark theme. */
  public void view(int width, int height, boolean dark) throws Exception {
    call(
        "Emulation.setDeviceMetricsOverride",
        parameters()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", false));
    ObjectNode media = parameters();
    media
        .putArray("features")
        .addObject()
        .put("name", "prefers-color-scheme")
        .put("value", dark ? "dark" : "light");
    call("Emulation.setEmulatedMedia", media);
  }

  /** The printed page. */
  public byte[] pdf() throws Exception {
    String data =
        call("Page.printToPDF", parameters().put("preferCSSPageSize", true)).get("data").asText();
    return Base64.getDecoder().decode(data);
  }

  /** The window as a PNG. */
  public byte[] screenshot() throws Exception {
    String data = call("Page.captureScreenshot", parameters()).get("data").asText();
    return Base64.getDecoder().decode(data);
  }

  @Override
  public void close() throws Exception {
    socket.abort();
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    children.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle child : children) {
      child.onExit().get(SECONDS, TimeUnit.SECONDS);
    }
  }
}
