/**
 * Explains predictions: how much each feature contributes to an output. A {@link
 * io.centroid.explain.ModelFunction} or {@link io.centroid.explain.TextFunction} is the model, a
 * {@link io.centroid.explain.MaskedModel} or {@link io.centroid.explain.MaskedText} the model for
 * one input of which only some features are known, and an {@link io.centroid.explain.Explainer}
 * derives an {@link io.centroid.explain.Attribution} of each output from it. {@link
 * io.centroid.explain.ExpectedGradients} and {@link io.centroid.explain.LimeTable} take the model
 * itself.
 */
@NullMarked
package io.centroid.explain;

import org.jspecify.annotations.NullMarked;
