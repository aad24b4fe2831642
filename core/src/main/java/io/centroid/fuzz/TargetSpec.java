package io.centroid.fuzz;

import java.util.function.Supplier;

/**
 * A kind of target, of which each thread makes its own.
 *
 * @param name as users write it
 * @param share of all inputs that go to it: the more, the less an input costs
 */
public record TargetSpec(String name, int share, Supplier<FuzzTarget> maker) {}
