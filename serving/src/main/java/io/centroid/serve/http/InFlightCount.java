package io.centroid.serve.http;

import java.util.function.IntSupplier;

/** The number of requests in flight, known once the server is there; 0 before. */
public final class InFlightCount implements IntSupplier {
  private volatile IntSupplier counted = () -> 0;

  void of(IntSupplier count) {
    counted = count;
  }

  @Override
  public int getAsInt() {
    return counted.getAsInt();
  }
}
