/**
 * SparkContexts of the commands: settings, secrets, waiting for executors, and one-line failures.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.spark.session;

import org.jspecify.annotations.NullMarked;
