package io.centroid.bench.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ServeBenchTest {
  @Test
  void publicationsContinueAfterAFailureAndTheFirstIsKept() throws Exception {
    AtomicInteger publications = new AtomicInteger();
    AtomicReference<RuntimeException> failure = new AtomicReference<>();
    List<Integer> published = new ArrayList<>();
    CountDownLatch four = new CountDownLatch(4);
    ServeBench.Publication export =
        number -> {
          four.countDown();
          switch (number) {
            case 2 -> throw new IOException("the disk is full");
            case 3 -> throw new IllegalStateException("later");
            default -> published.add(number);
          }
        };
    ScheduledExecutorService publishing = Executors.newSingleThreadScheduledExecutor();
    try {
      publishing.scheduleAtFixedRate(
          () -> ServeBench.publish(export, publications, failure), 0, 1, TimeUnit.MILLISECONDS);
      assertThat(four.await(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      publishing.shutdown();
    }
    assertThat(publishing.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(published).startsWith(1, 4);
    assertThat(failure.get())
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseMessage("the disk is full");
  }
}
