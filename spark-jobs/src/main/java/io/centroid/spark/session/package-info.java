/**
 * Spark contexts for the commands: settings, secrets, the wait for executors, and failures in one
 * line.
 */
@NullMarked
package io.centroid.spark.session;

import org.jspecify.annotations.NullMarked;
