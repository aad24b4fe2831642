package io.centroid.registry;

import io.centroid.io.StoredFile;

/**
 * A file that a version was trained on.
 *
 * @param name as the training found it
 * @param content its length and SHA-256
 */
public record DataFile(String name, StoredFile content) {}
