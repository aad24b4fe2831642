/** Commands about personal data, keys and explanations. */
@NullMarked
package io.centroid.cli.trust;

import org.jspecify.annotations.NullMarked;
