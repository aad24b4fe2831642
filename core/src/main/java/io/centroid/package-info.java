/**
 * Distributed training by parameter averaging: the model module that every job shares. Nothing here
 * knows Spark.
 */
@NullMarked
package io.centroid;

import org.jspecify.annotations.NullMarked;
