/** An exported model compared with the checkpoint that it was made from. */
@NullMarked
package io.centroid.export.verify;

import org.jspecify.annotations.NullMarked;
