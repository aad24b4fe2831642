package io.centroid.serve.http;

import java.util.function.IntSupplier;

/** The number of requests in flight; 0 until the server is created. */
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
