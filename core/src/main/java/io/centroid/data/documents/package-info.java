/** Text files of any size found, cut into tasks, decoded strictly and read in pieces. */
@NullMarked
package io.centroid.data.documents;

import org.jspecify.annotations.NullMarked;
