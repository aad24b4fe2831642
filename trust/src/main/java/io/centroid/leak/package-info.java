/**
 * Measures how well a language model remembers planted canaries, and refuses to publish one that
 * remembers too much. Start with {@link io.centroid.leak.LeakCheck}.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.leak;

import org.jspecify.annotations.NullMarked;
