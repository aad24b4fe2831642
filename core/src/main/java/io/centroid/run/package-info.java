/** One run put together: data, resumption, loop, result, metrics log. */
@NullMarked
package io.centroid.run;

import org.jspecify.annotations.NullMarked;
