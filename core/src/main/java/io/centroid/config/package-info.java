/**
 * The run's configuration: defaults, file and command line read once, checked, and handed down as
 * values. Nothing below reads it.
 */
@NullMarked
package io.centroid.config;

import org.jspecify.annotations.NullMarked;
