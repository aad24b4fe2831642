/**
 * Model cards in Hugging Face's format. Start with {@link io.centroid.card.ModelCard}.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.card;

import org.jspecify.annotations.NullMarked;
