/**
 * Downloads of data sets from mirrors: resumable, and verified by content.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.data.download;

import org.jspecify.annotations.NullMarked;
