/**
 * The Open Inference Protocol, version 2, as JSON and binary tensors: requests read within limits,
 * answers written. Knows neither the server nor the engine.
 */
@NullMarked
package io.centroid.serve.protocol;

import org.jspecify.annotations.NullMarked;
