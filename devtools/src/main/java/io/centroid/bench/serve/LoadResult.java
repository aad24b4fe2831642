package io.centroid.bench.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * Result of a load test.
 *
 * @param generator load generator, wrk or java
 * @param requests number of requests
 * @param micros duration in microseconds
 * @param p50 median latency in microseconds
 * @param p90 90th percentile of the latency in microseconds
 * @param p99 99th percentile of the latency in microseconds
 * @param max maximum latency in microseconds
 * @param refused number of responses with a status other than 2xx or 3xx
 * @param broken number of failed connections, reads and writes, and of time-outs
 */
public record LoadResult(
    String generator,
    long requests,
    long micros,
    long p50,
    long p90,
    long p99,
    long max,
    long refused,
    long broken) {

  double requestsPerSecond() {
    return requests * 1e6 / micros;
  }

  boolean clean() {
    return refused == 0 && broken == 0 && requests > 0;
  }

  ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("generator", generator);
    node.put("requests", requests);
    node.put("seconds", micros / 1e6);
    node.put("requestsPerSecond", requestsPerSecond());
    node.put("p50Millis", p50 / 1e3);
    node.put("p90Millis", p90 / 1e3);
    node.put("p99Millis", p99 / 1e3);
    node.put("maxMillis", max / 1e3);
    node.put("refused", refused);
    node.put("broken", broken);
    return node;
  }

  String toText() {
    return String.format(
        Locale.ROOT,
        "%,d requests in %.1f s by %s: %,.0f requests/s; latency p50 %.2f ms, p90 %.2f ms, p99 %.2f"
            + " ms, max %.1f ms; %d refused, %d broken",
        requests,
        micros / 1e6,
        generator,
        requestsPerSecond(),
        p50 / 1e3,
        p90 / 1e3,
        p99 / 1e3,
        max / 1e3,
        refused,
        broken);
  }
}
