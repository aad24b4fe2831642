/**
 * Progress output and results that the commands print.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.cli.report;

import org.jspecify.annotations.NullMarked;
