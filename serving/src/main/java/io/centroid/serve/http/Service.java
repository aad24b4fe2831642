package io.centroid.serve.http;

import io.centroid.serve.engine.CurrentModel;
import io.centroid.serve.engine.ServingMetrics;
import java.util.function.BooleanSupplier;

/**
 * What all endpoints share.
 *
 * @param name of the model that is served
 * @param ending whether the server is draining
 */
record Service(
    String name,
    CurrentModel current,
    ServingMetrics metrics,
    ServerSettings settings,
    InFlight inFlight,
    BooleanSupplier ending) {

  boolean draining() {
    return ending.getAsBoolean();
  }

  boolean ready() {
    return current.ready() && !draining();
  }
}
