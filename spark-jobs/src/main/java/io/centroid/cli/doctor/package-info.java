/**
 * The checks of the {@code doctor} command: what will go wrong in a run, before it starts.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.cli.doctor;

import org.jspecify.annotations.NullMarked;
