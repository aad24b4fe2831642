/**
 * The inference engine: loads models, runs them with dynamic batching, and replaces them by newer
 * versions without losing a request. Independent of HTTP.
 */
@NullMarked
package io.centroid.serve.engine;

import org.jspecify.annotations.NullMarked;
