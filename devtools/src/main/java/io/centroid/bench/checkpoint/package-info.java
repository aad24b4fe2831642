/** What checkpoints cost beside a training. */
@NullMarked
package io.centroid.bench.checkpoint;

import org.jspecify.annotations.NullMarked;
