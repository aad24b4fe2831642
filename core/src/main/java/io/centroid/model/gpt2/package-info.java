/**
 * GPT-2 (Radford et al., "Language models are unsupervised multitask learners", 2019): forward and
 * backward by hand over flat vectors, with Hugging Face's names, shapes and layout.
 */
@NullMarked
package io.centroid.model.gpt2;

import org.jspecify.annotations.NullMarked;
