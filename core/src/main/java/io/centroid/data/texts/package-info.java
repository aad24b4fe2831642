/** Readers of labeled texts in CSV and JSON Lines. */
@NullMarked
package io.centroid.data.texts;

import org.jspecify.annotations.NullMarked;
