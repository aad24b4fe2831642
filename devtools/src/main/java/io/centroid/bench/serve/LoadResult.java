package io.centroid.bench.serve;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * What a load came to.
 *
 * @param generator wrk or java
 * @param micros that it lasted
 * @param p50 latency in microseconds, and so on
 * @param refused answers with a status other than 2xx or 3xx
 * @param broken connections, reads and writes that failed, and time-outs
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
        "%,d requests in %.1f s by %s: %,.0f a second; latency %.2f ms at the median, %.2f ms at 90"
            + " %%, %.2f ms at 99 %%, %.1f ms at most; %d refused, %d broken",
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
