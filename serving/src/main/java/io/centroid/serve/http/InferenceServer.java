package io.centroid.serve.http;

import io.centroid.error.InputException;
import io.centroid.serve.engine.CurrentModel;
import io.centroid.serve.engine.ServingMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.io.IdleTimeout;
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

  /** Time without a request after which draining regards an open connection as unused. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  /** Time from accepting a connection until it is listed, with ample reserve. */
  private static final Duration SETTLING = Duration.ofMillis(250);

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
    connector.setShutdownIdleTimeout(connector.getIdleTimeout());
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

  /**
   * Reports that the server is not ready and closes each connection after its next response, for
   * the shutdown delay; then stops accepting connections, waits for the requests in flight and for
   * those that may be on their way on open connections, and shuts down.
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
    await(settings.shutdownDelay(), () -> false);
    stopListening();
    // A connection that was accepted last is not listed yet.
    await(min(SETTLING, settings.drain()), () -> false);
    await(settings.drain(), this::isQuiet);
    if (inFlight.count() > 0) {
      LOG.warn(
          "{} requests still in flight after the drain timeout of {}",
          inFlight.count(),
          settings.drain());
    }
  }

  /**
   * Closes the listening socket after accepting the connections that wait there: the kernel would
   * reset them.
   */
  private void stopListening() {
    ServerSocketChannel listener = (ServerSocketChannel) connector.getTransport();
    connector.setAccepting(false);
    try {
      release(listener);
      listener.configureBlocking(false);
      SocketChannel connection = listener.accept();
      while (connection != null) {
        connection.configureBlocking(false);
        connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
        connector.getSelectorManager().accept(connection);
        connection = listener.accept();
      }
    } catch (IOException e) {
      LOG.warn("connections that were waiting are reset: {}", e.getMessage());
    }
    connector.shutdown();
  }

  /** Lets the acceptor's thread return from accept, by a connection. */
  private static void release(ServerSocketChannel listener) throws IOException {
    InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
    try (Socket own = new Socket()) {
      own.connect(
          address.getAddress().isAnyLocalAddress()
              ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
              : address,
          (int) SETTLING.toMillis());
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static void await(Duration limit, BooleanSupplier done) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < deadline && !done.getAsBoolean()) {
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  /** Whether no request is in flight, nor may be on its way on an open connection. */
  private boolean isQuiet() {
    return inFlight.count() == 0
        && connector.getConnectedEndPoints().stream()
            .allMatch(
                connection ->
                    connection instanceof IdleTimeout idle
                        && idle.getIdleFor() >= QUIET.toMillis());
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
}
