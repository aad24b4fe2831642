package io.centroid.serve.http;

import io.centroid.error.InputException;
import io.centroid.serve.protocol.RequestLimits;
import java.time.Duration;

/**
 * The settings of the HTTP server.
 *
 * @param host address to listen on
 * @param port port to listen on; 0 for any free port
 * @param concurrency maximum number of requests in flight; more get 503
 * @param connections maximum number of open connections; more wait to be accepted
 * @param timeout timeout for a request's body, and again for its response
 * @param shutdownDelay time during which a server that shuts down still accepts connections
 * @param drain maximum time that a shutdown then waits for requests in flight
 * @param limits limits of a request
 * @param cors origins whose web pages may use the server
 */
public record ServerSettings(
    String host,
    int port,
    int concurrency,
    int connections,
    Duration timeout,
    Duration shutdownDelay,
    Duration drain,
    RequestLimits limits,
    Cors cors) {
  public static final ServerSettings DEFAULT =
      new ServerSettings(
          "127.0.0.1",
          8080,
          256,
          1024,
          Duration.ofSeconds(30),
          Duration.ofSeconds(2),
          Duration.ofSeconds(20),
          RequestLimits.DEFAULT,
          Cors.NONE);

  public ServerSettings {
    if (port < 0 || port > 65535) {
      throw new InputException("port must be from 0 to 65535: " + port);
    }
    if (concurrency < 1 || connections < 1) {
      throw new InputException(
          "concurrency and connections must be at least 1: " + concurrency + ", " + connections);
    }
    if (timeout.toMillis() < 1 || shutdownDelay.isNegative() || drain.isNegative()) {
      throw new InputException(
          "timeouts must be positive: " + timeout + ", " + shutdownDelay + ", " + drain);
    }
  }
}
