/**
 * A development cluster of real daemons on this machine: HDFS and standalone Spark, each daemon a
 * JVM of its own on loopback. Handles processes and files; nothing here touches Spark's API.
 */
@NullMarked
package io.centroid.cluster;

import org.jspecify.annotations.NullMarked;
