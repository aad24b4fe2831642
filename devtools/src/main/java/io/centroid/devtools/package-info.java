/** Developer commands: development cluster, fault injection, benchmarks. */
@NullMarked
package io.centroid.devtools;

import org.jspecify.annotations.NullMarked;
