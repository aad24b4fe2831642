/** The commands, one class each. Only {@link io.centroid.cli.Centroid#main} exits the JVM. */
@NullMarked
package io.centroid.serve;

import org.jspecify.annotations.NullMarked;
