/** Tables in CSV: headers, rows, numbers. */
@NullMarked
package io.centroid.data.csv;

import org.jspecify.annotations.NullMarked;
