/** What commands print while they work and when they are done. */
@NullMarked
package io.centroid.cli.report;

import org.jspecify.annotations.NullMarked;
