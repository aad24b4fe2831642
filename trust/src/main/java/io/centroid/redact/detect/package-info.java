/** Finds personal data in a text in one pass, in linear time. */
@NullMarked
package io.centroid.redact.detect;

import org.jspecify.annotations.NullMarked;
