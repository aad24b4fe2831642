/**
 * The run's configuration: defaults, file and command line, parsed and validated once, and passed
 * on as values.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.config;

import org.jspecify.annotations.NullMarked;
