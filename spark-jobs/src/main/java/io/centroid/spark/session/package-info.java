/**
 * SparkContexts of the commands: settings, secrets, waiting for executors, and one-line failures.
 */
@NullMarked
package io.centroid.spark.session;

import org.jspecify.annotations.NullMarked;
