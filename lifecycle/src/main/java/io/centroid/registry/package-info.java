/**
 * A model registry on any Hadoop file system. It stores versions of models with their provenance,
 * metrics and the SHA-256 of every file. Aliases such as {@code champion} point to versions; they
 * move atomically and keep a history. Retention never removes a version that an alias points to.
 *
 * <p>Start with {@link io.centroid.registry.ModelRegistry}. A server polls an {@link
 * io.centroid.registry.AliasWatch}.
 *
 * <p>Internal: not part of the API, may change in any release.
 */
@NullMarked
package io.centroid.registry;

import org.jspecify.annotations.NullMarked;
