/**
 * Readers of CSV tables: headers, rows, numbers.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.data.csv;

import org.jspecify.annotations.NullMarked;
