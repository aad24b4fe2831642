/** Pictures of explanations: heat maps, colored words, plots of the importance of features. */
@NullMarked
package io.centroid.explain.picture;

import org.jspecify.annotations.NullMarked;
