/**
 * Development cluster on this machine: HDFS and standalone Spark with every daemon in a separate
 * JVM on loopback. This package manages processes and files and does not use Spark's API.
 */
@NullMarked
package io.centroid.cluster;

import org.jspecify.annotations.NullMarked;
