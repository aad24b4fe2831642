/** Trackers of experiments: the REST API of MLflow. */
@NullMarked
package io.centroid.tracking;

import org.jspecify.annotations.NullMarked;
