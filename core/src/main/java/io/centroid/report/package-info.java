/** What a run tells beside its checkpoints. */
@NullMarked
package io.centroid.report;

import org.jspecify.annotations.NullMarked;
