/**
 * Incremental decoding of GPT-2 with key-value caches.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.generate.decoder;

import org.jspecify.annotations.NullMarked;
