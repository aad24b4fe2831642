/**
 * Commands of the command line, one class each. Only {@link io.centroid.cli.Centroid#main} exits
 * the JVM.
 */
@NullMarked
package io.centroid.cli;

import org.jspecify.annotations.NullMarked;
