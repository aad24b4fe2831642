/**
 * Models by version on any Hadoop file system: where each came from, what it measured and the
 * SHA-256 of every file; names such as {@code champion} that move from one version to another at
 * once, with their history; and retention that removes nothing that a name stands for.
 *
 * <p>Start with {@link io.centroid.registry.ModelRegistry}. Who serves a model polls an {@link
 * io.centroid.registry.AliasWatch}.
 */
@NullMarked
package io.centroid.registry;

import org.jspecify.annotations.NullMarked;
