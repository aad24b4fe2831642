/** Share of a card's peak: the card, its peak, and the operations of a training step. */
@NullMarked
package io.centroid.bench.gpu.peak;

import org.jspecify.annotations.NullMarked;
