/** Event files for TensorBoard. */
@NullMarked
package io.centroid.tensorboard;

import org.jspecify.annotations.NullMarked;
