/**
 * The HTTP server: the Open Inference Protocol's endpoints, metrics, a page to try the model,
 * limits, time-outs, and an orderly end.
 */
@NullMarked
package io.centroid.serve.http;

import org.jspecify.annotations.NullMarked;
