/** GPT-2 one token at a time, with cached keys and values. */
@NullMarked
package io.centroid.generate.decoder;

import org.jspecify.annotations.NullMarked;
