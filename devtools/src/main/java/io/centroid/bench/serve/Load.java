package io.centroid.bench.serve;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** A load generator with keep-alive connections and one request at a time per connection. */
public interface Load {

  /**
   * Posts the lines of a file one after another.
   *
   * @param target URI to post to
   * @param bodies file with one request body per line
   * @param connections number of concurrent connections
   * @param duration duration of the load
   */
  LoadResult run(URI target, Path bodies, int connections, Duration duration)
      throws InterruptedException;
}
