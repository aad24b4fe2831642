/** Readers of CSV tables: headers, rows, numbers. */
@NullMarked
package io.centroid.data.csv;

import org.jspecify.annotations.NullMarked;
