/** Commands for developers: development cluster, chaos, benchmarks. */
@NullMarked
package io.centroid.devtools;

import org.jspecify.annotations.NullMarked;
