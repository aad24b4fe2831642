/**
 * The HTTP inference server for exported models, and the commands {@code serve} and {@code
 * package}.
 */
@NullMarked
package io.centroid.serve;

import org.jspecify.annotations.NullMarked;
