package io.centroid.serve.http;

import io.centroid.error.InputException;
import io.centroid.serve.engine.CurrentModel;
import io.centroid.serve.engine.ServingMetrics;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP inference server. {@link #start} and {@link #close} are called once each. {@link #close}
 * waits for the requests in flight.
 */
public final class InferenceServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InferenceServer.class);
  private static final int MAX_THREADS = 64;
  private static final int MAX_HEADER_BYTES = 16 << 10;

  /** Time without a request in flight after which draining ends. */
  private static final Duration QUIET = Duration.ofMillis(100);

  private enum Phase {
    NEW,
    SERVING,
    DRAINING,
    ENDED
  }

  private final ServerSettings settings;
  private final InFlight inFlight;
  private final GenerateEndpoint generate;
  private final Server server;
  private final ServerConnector connector;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.NEW);

  /**
   * @param name name of the model in URLs
   * @param version Centroid's version, reported to clients
   * @param texts number of texts generated in parallel
   */
  public InferenceServer(
      String name,
      CurrentModel current,
      ServingMetrics metrics,
      ServerSettings settings,
      InFlightCount counted,
      String version,
      int texts) {
    this.settings = settings;
    inFlight = new InFlight(settings.concurrency());
    counted.of(inFlight::count);
    generate = new GenerateEndpoint(settings, metrics, texts);
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 4);
    threads.setName("centroid-http");
    server = new Server(threads);
    int selectors = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    connector = new ServerConnector(server, 1, selectors, new HttpConnectionFactory(http()));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    // Longer than the request timeouts, so that clients get an error response.
    connector.setIdleTimeout(2 * settings.timeout().toMillis());
    connector.setAcceptQueueSize(settings.connections());
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(settings.connections(), connector));
    server.setErrorHandler(new Errors());
    Service service =
        new Service(name, current, metrics, settings, inFlight, () -> phase.get() != Phase.SERVING);
    server.setHandler(new Endpoints(service, generate, version));
  }

  private static HttpConfiguration http() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(true);
    http.setRequestHeaderSize(MAX_HEADER_BYTES);
    http.setHttpCompliance(HttpCompliance.RFC9110);
    http.setUseInputDirectByteBuffers(false);
    http.setUseOutputDirectByteBuffers(true);
    return http;
  }

  /**
   * Starts listening.
   *
   * @throws InputException if the address cannot be bound
   */
  public void start() {
    try {
      server.start();
    } catch (IOException e) {
      throw new InputException(
          "cannot listen on "
              + settings.host()
              + ":"
              + settings.port()
              + ": "
              + (e.getCause() == null ? e : e.getCause()).getMessage(),
          e);
    } catch (Exception e) {
      throw new IllegalStateException("cannot start the server: " + e.getMessage(), e);
    }
    phase.set(Phase.SERVING);
  }

  /** The URI of the server, with the actual port. */
  public URI uri() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return URI.create("http://" + host + ":" + connector.getLocalPort());
  }

  /** Stops accepting connections, waits for the requests in flight, and shuts down. */
  @Override
  public void close() {
    Phase before = phase.getAndSet(Phase.DRAINING);
    if (before == Phase.SERVING) {
      drain();
    }
    if (before == Phase.SERVING || before == Phase.NEW) {
      end();
    }
  }

  private void drain() {
    connector.shutdown();
    long now = System.nanoTime();
    long deadline = now + settings.drain().toNanos();
    // A request may have arrived on an open connection without being in flight yet.
    long quietSince = now;
    while (now < deadline && now - quietSince < QUIET.toNanos()) {
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
      now = System.nanoTime();
      quietSince = inFlight.count() > 0 ? now : quietSince;
    }
    if (inFlight.count() > 0) {
      LOG.warn(
          "{} requests still in flight after the drain timeout of {}",
          inFlight.count(),
          settings.drain());
    }
  }

  private void end() {
    try {
      server.stop();
    } catch (Exception e) {
      LOG.warn("the server did not shut down cleanly: {}", e.getMessage());
    }
    generate.close();
    inFlight.close();
    phase.set(Phase.ENDED);
  }

  /** Waits until the server is closed. */
  public void join() throws InterruptedException {
    server.join();
  }
}
