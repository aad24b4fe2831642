/**
 * The Open Inference Protocol v2 with JSON and binary tensors: parses requests within limits and
 * writes responses. Independent of server and engine.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.serve.protocol;

import org.jspecify.annotations.NullMarked;
