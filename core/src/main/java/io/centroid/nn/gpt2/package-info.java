/**
 * GPT-2 with hand-written forward and backward passes, and its output heads.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.nn.gpt2;

import org.jspecify.annotations.NullMarked;
