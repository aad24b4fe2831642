package io.centroid.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.Eventually;
import io.centroid.serve.engine.CurrentModel;
import io.centroid.serve.engine.ServingMetrics;
import io.centroid.serve.protocol.RequestLimits;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

class InFlightTest {

  @Test
  void aResponseThatCannotBeSentDoesNotEndTheTimeouts() throws Exception {
    try (InFlight inFlight = new InFlight(4)) {
      ServerSettings settings =
          new ServerSettings(
              "127.0.0.1",
              0,
              4,
              4,
              Duration.ofMillis(1),
              Duration.ZERO,
              Duration.ZERO,
              RequestLimits.DEFAULT,
              Cors.NONE);
      Service service =
          new Service(
              "digits",
              new CurrentModel(),
              new ServingMetrics("digits"),
              settings,
              inFlight,
              () -> false);
      List<Exchange> exchanges =
          Stream.generate(
                  () ->
                      new Exchange(
                          failing(Request.class),
                          failing(Response.class),
                          Callback.NOOP,
                          service,
                          "infer"))
              .limit(3)
              .toList();
      exchanges.forEach(inFlight::enter);
      Eventually.await(
          "all timeouts",
          Duration.ofSeconds(10),
          () -> exchanges.stream().allMatch(Exchange::answered));
      assertThat(inFlight.count()).isZero();
    }
  }

  private static <T> T failing(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new IllegalStateException("the connection is gone");
            }));
  }
}
