/**
 * Models at work: loaded, warmed, run in batches that form by themselves under load, and replaced
 * by newer versions without a request lost. Knows nothing of HTTP.
 */
@NullMarked
package io.centroid.serve.engine;

import org.jspecify.annotations.NullMarked;
