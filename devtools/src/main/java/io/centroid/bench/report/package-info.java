/** What every benchmark reports: its figures, and the machine and software that they are of. */
@NullMarked
package io.centroid.bench.report;

import org.jspecify.annotations.NullMarked;
