/**
 * The HTTP inference server for exported models, and the commands {@code serve} and {@code
 * package}.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.serve;

import org.jspecify.annotations.NullMarked;
