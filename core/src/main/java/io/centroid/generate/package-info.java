/** Texts that a trained language model goes on with, token by token, and how likely texts are. */
@NullMarked
package io.centroid.generate;

import org.jspecify.annotations.NullMarked;
