/** Verifies an exported model against its checkpoint. */
@NullMarked
package io.centroid.export.verify;

import org.jspecify.annotations.NullMarked;
