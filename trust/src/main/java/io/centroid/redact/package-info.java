/** Finds and replaces personal data in texts. */
@NullMarked
package io.centroid.redact;

import org.jspecify.annotations.NullMarked;
