/**
 * Damaged inputs, made from a seed, and the rules that every parser of such inputs is held to.
 * Start with {@link io.centroid.fuzz.Fuzzer}; {@link io.centroid.fuzz.FuzzTarget} is what a parser
 * has to offer.
 */
@NullMarked
package io.centroid.fuzz;

import org.jspecify.annotations.NullMarked;
