/** Tokenizers and their files. */
@NullMarked
package io.centroid.text;

import org.jspecify.annotations.NullMarked;
