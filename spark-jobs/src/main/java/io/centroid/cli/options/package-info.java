/** Options that several commands share. */
@NullMarked
package io.centroid.cli.options;

import org.jspecify.annotations.NullMarked;
