package io.centroid.serve.http;

import io.centroid.serve.engine.CurrentModel;
import io.centroid.serve.engine.ServingMetrics;
import java.util.function.BooleanSupplier;

/**
 * The shared state of all endpoints.
 *
 * @param name name of the served model
 * @param isDraining true while the server shuts down
 */
record Service(
    String name,
    CurrentModel current,
    ServingMetrics metrics,
    ServerSettings settings,
    InFlight inFlight,
    BooleanSupplier isDraining) {

  boolean draining() {
    return isDraining.getAsBoolean();
  }

  boolean ready() {
    return current.ready() && !draining();
  }
}
