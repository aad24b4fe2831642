package io.centroid.corpus;

import java.io.Serializable;

/**
 * A file of ids.
 *
 * @param name its name in the corpus's folder
 * @param sha256 of its bytes
 */
public record CorpusPart(String name, long tokens, String sha256) implements Serializable {}
