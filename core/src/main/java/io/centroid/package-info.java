/**
 * Distributed training by parameter averaging: the core module that every job shares. It does not
 * depend on Spark.
 */
@NullMarked
package io.centroid;

import org.jspecify.annotations.NullMarked;
