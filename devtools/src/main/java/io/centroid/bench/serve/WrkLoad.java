package io.centroid.bench.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Load generator wrk, which needs little CPU time next to the server. */
public final class WrkLoad implements Load {
  /** Path of Debian's package. */
  public static final Path PROGRAM = Path.of("/usr/bin/wrk");

  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public LoadResult run(URI target, Path bodies, int connections, Duration duration)
      throws InterruptedException {
    try {
      Path script = Files.createTempFile("centroid-wrk", ".lua");
      try (InputStream in = WrkLoad.class.getResourceAsStream("infer.lua")) {
        Files.write(script, Objects.requireNonNull(in).readAllBytes());
        return run(target, bodies, connections, duration, script);
      } finally {
        Files.deleteIfExists(script);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("wrk: " + e.getMessage(), e);
    }
  }

  private static LoadResult run(
      URI target, Path bodies, int connections, Duration duration, Path script)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                PROGRAM.toString(),
                "-t1",
                "-c" + connections,
                "-d" + duration.toSeconds() + "s",
                "-s" + script,
                target.toString()));
    builder.environment().put("BODIES", bodies.toString());
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output;
    try {
      output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
    } finally {
      process.destroy();
    }
    String last =
        output
            .lines()
            .filter(line -> line.startsWith("{"))
            .reduce((first, second) -> second)
            .orElseThrow(() -> new IOException("unexpected output: " + output.strip()));
    JsonNode found = JSON.readTree(last);
    return new LoadResult(
        "wrk",
        found.get("requests").asLong(),
        found.get("micros").asLong(),
        found.get("p50").asLong(),
        found.get("p90").asLong(),
        found.get("p99").asLong(),
        found.get("max").asLong(),
        found.get("refused").asLong(),
        found.get("broken").asLong());
  }
}
