/**
 * The inference engine: loads models, runs them with dynamic batching, and replaces them by newer
 * versions without losing a request. Independent of HTTP.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.serve.engine;

import org.jspecify.annotations.NullMarked;
