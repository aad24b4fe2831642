/** Text as tokens: tokenizers, and the files that they are kept in. */
@NullMarked
package io.centroid.text;

import org.jspecify.annotations.NullMarked;
