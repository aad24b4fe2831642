package io.centroid.serve.http;

import io.centroid.InputException;
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
 * The server. {@link #start} and {@link #close} once each; closing lets the requests that were
 * taken come to their end.
 */
public final class InferenceServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InferenceServer.class);
  private static final int MOST_THREADS = 64;
  private static final int LARGEST_HEADER = 16 << 10;

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
   * @param name of the model, as it stands in URLs
   * @param version of this software, told to clients
   * @param texts that are generated at once
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
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 4);
    threads.setName("centroid-http");
    server = new Server(threads);
    int selectors = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    connector = new ServerConnector(server, 1, selectors, new HttpConnectionFactory(http()));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    // Later than the time-outs of requests, which are told and not just cut off.
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
    http.setRequestHeaderSize(LARGEST_HEADER);
    http.setHttpCompliance(HttpCompliance.RFC9110);
    http.setUseInputDirectByteBuffers(false);
    http.setUseOutputDirectByteBuffers(true);
    return http;
  }

  /**
   * Listens.
   *
   * @throws InputException if the address cannot be had
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
      throw new IllegalStateException("the server does not start: " + e.getMessage(), e);
    }
    phase.set(Phase.SERVING);
  }

  /** Where it listens, with the port that it got. */
  public URI uri() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return URI.create("http://" + host + ":" + connector.getLocalPort());
  }

  /**
   * Takes no more connections, waits for the requests that were taken, and ends. One that does not
   * listen has none to wait for.
   */
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
    long deadline = System.nanoTime() + settings.drain().toNanos();
    while (inFlight.count() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
    if (inFlight.count() > 0) {
      LOG.warn("{} requests were not answered within {}", inFlight.count(), settings.drain());
    }
  }

  private void end() {
    try {
      server.stop();
    } catch (Exception e) {
      LOG.warn("the server does not end in order: {}", e.getMessage());
    }
    generate.close();
    inFlight.close();
    phase.set(Phase.ENDED);
  }

  /** Waits until somebody closes the server. */
  public void join() throws InterruptedException {
    server.join();
  }
}
