/** The report of a run, an HTML file that needs no network. */
@NullMarked
package io.centroid.report;

import org.jspecify.annotations.NullMarked;
