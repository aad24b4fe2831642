/**
 * The HTTP server: the endpoints of the Open Inference Protocol, metrics, a web page to try the
 * model, limits, timeouts and graceful shutdown.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.serve.http;

import org.jspecify.annotations.NullMarked;
