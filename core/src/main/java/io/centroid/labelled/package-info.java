/** Texts with a label each, in CSV or JSON Lines: what classifiers of texts learn from. */
@NullMarked
package io.centroid.labelled;

import org.jspecify.annotations.NullMarked;
