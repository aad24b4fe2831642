package io.centroid.bench.serve;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** A generator of load: keep-alive connections, each with one request at a time. */
public interface Load {

  /**
   * Posts bodies, a line each of a file, in turn.
   *
   * @param target where to
   */
  LoadResult run(URI target, Path bodies, int connections, Duration duration)
      throws InterruptedException;
}
