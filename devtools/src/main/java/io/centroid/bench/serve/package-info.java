/**
 * How fast a served model answers, by a generator of its own process: the server is the launcher's,
 * and its versions change while it is under load.
 */
@NullMarked
package io.centroid.bench.serve;

import org.jspecify.annotations.NullMarked;
