/**
 * The run's configuration: defaults, file and command line, parsed and validated once, and passed
 * on as values.
 */
@NullMarked
package io.centroid.config;

import org.jspecify.annotations.NullMarked;
