/** Progress output and results that the commands print. */
@NullMarked
package io.centroid.cli.report;

import org.jspecify.annotations.NullMarked;
