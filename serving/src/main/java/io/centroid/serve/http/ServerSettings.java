package io.centroid.serve.http;

import io.centroid.InputException;
import io.centroid.serve.protocol.RequestLimits;
import java.time.Duration;

/**
 * Where the server listens and what it lets in.
 *
 * @param port 0 takes any free one
 * @param concurrency requests that are answered at once; more are told to come again
 * @param connections that are open at once; more wait to be accepted
 * @param timeout for a request's body to arrive, and again for its answer
 * @param drain how long an ending server waits for the requests that it took
 */
public record ServerSettings(
    String host,
    int port,
    int concurrency,
    int connections,
    Duration timeout,
    Duration drain,
    RequestLimits limits) {
  public static final ServerSettings DEFAULT =
      new ServerSettings(
          "127.0.0.1",
          8080,
          256,
          1024,
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          RequestLimits.DEFAULT);

  public ServerSettings {
    if (port < 0 || port > 65535) {
      throw new InputException("a port is a number from 0 to 65535: " + port);
    }
    if (concurrency < 1 || connections < 1) {
      throw new InputException(
          "at least one request and one connection at once: " + concurrency + ", " + connections);
    }
    if (timeout.toMillis() < 1 || drain.isNegative()) {
      throw new InputException("time-outs must be positive: " + timeout + ", " + drain);
    }
  }
}
