/**
 * The {@code watch} command: curves and state of a run that another process trains.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.cli.watch;

import org.jspecify.annotations.NullMarked;
