/** Downloads of data sets from mirrors: resumable, and verified by content. */
@NullMarked
package io.centroid.data.download;

import org.jspecify.annotations.NullMarked;
