package io.centroid.bench.serve;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Load generator in this JVM with one thread per connection, for machines without wrk. It uses more
 * CPU time than wrk.
 */
public final class JavaLoad implements Load {
  private static final int TIMEOUT_MILLIS = 10_000;

  /** Histogram of latencies in steps of 10 microseconds, up to one second. */
  private static final int STEP_MICROS = 10;

  private final AtomicLongArray latencies = new AtomicLongArray(100_001);
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong broken = new AtomicLong();
  private final AtomicLong longest = new AtomicLong();

  @Override
  public LoadResult run(URI target, Path bodies, int connections, Duration duration)
      throws InterruptedException {
    // Each run has its own counters.
    return new JavaLoad().measure(target, bodies, connections, duration);
  }

  private LoadResult measure(URI target, Path bodies, int connections, Duration duration)
      throws InterruptedException {
    List<byte[]> sent = requests(target, bodies);
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      int first = i * sent.size() / connections;
      Thread thread = new Thread(() -> post(target, sent, first, end), "centroid-load-" + i);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    long micros = (System.nanoTime() - start) / 1000;
    return new LoadResult(
        "java",
        requests.get(),
        micros,
        percentile(0.5),
        percentile(0.9),
        percentile(0.99),
        longest.get(),
        refused.get(),
        broken.get());
  }

  private static List<byte[]> requests(URI target, Path bodies) {
    List<byte[]> requests = new ArrayList<>();
    try {
      for (String body : Files.readAllLines(bodies)) {
        requests.add(
            ("POST "
                    + target.getPath()
                    + " HTTP/1.1\r\nHost: "
                    + target.getAuthority()
                    + "\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return requests;
  }

  private void post(URI target, List<byte[]> sent, int first, long end) {
    int next = first;
    while (System.nanoTime() < end) {
      try (Socket socket = new Socket(target.getHost(), target.getPort())) {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        BufferedInputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
        while (System.nanoTime() < end) {
          long start = System.nanoTime();
          socket.getOutputStream().write(sent.get(next++ % sent.size()));
          if (!answer(in)) {
            refused.incrementAndGet();
          }
          count((System.nanoTime() - start) / 1000);
        }
      } catch (IOException e) {
        broken.incrementAndGet();
      }
    }
  }

  private void count(long micros) {
    requests.incrementAndGet();
    latencies.incrementAndGet((int) Math.min(latencies.length() - 1, micros / STEP_MICROS));
    longest.accumulateAndGet(micros, Math::max);
  }

  /** Reads a whole response and returns whether its status is 2xx. */
  private static boolean answer(BufferedInputStream in) throws IOException {
    String status = line(in);
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      if (colon > 0 && header.substring(0, colon).equalsIgnoreCase("content-length")) {
        length = Integer.parseInt(header.substring(colon + 1).strip());
      }
    }
    in.skipNBytes(length);
    return status.startsWith("HTTP/1.1 2");
  }

  private static String line(BufferedInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private long percentile(double share) {
    long wanted = Math.round(requests.get() * share);
    long seen = 0;
    for (int i = 0; i < latencies.length(); i++) {
      seen += latencies.get(i);
      if (seen >= wanted) {
        return (long) (i + 1) * STEP_MICROS;
      }
    }
    return longest.get();
  }
}
