/**
 * Commands of the command line, one class each. Only {@link io.centroid.cli.Centroid#main} exits
 * the JVM.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.cli;

import org.jspecify.annotations.NullMarked;
