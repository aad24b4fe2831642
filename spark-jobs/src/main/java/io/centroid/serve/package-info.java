/**
 * A reference server for exported models. Packages below it: {@code protocol}, {@code engine},
 * {@code http}; beside them {@code layout}, which lays exports out for other servers.
 *
 * <p>Start with {@link io.centroid.serve.Serving}.
 */
@NullMarked
package io.centroid.serve;

import org.jspecify.annotations.NullMarked;
