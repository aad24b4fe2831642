/** The DL4J engine: {@link io.centroid.nn.Learner} implementations on DL4J and ND4J. */
@NullMarked
package io.centroid.dl4j;

import org.jspecify.annotations.NullMarked;
