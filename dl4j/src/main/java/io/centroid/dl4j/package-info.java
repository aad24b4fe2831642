/** DL4J networks behind the {@link io.centroid.nn.Learner} seam, on ND4J. */
@NullMarked
package io.centroid.dl4j;

import org.jspecify.annotations.NullMarked;
