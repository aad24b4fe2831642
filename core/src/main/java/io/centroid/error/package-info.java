/** Errors that are reported in one line, failures that workers and storage report, exit codes. */
@NullMarked
package io.centroid.error;

import org.jspecify.annotations.NullMarked;
