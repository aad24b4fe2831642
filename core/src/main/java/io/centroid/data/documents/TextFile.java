package io.centroid.data.documents;

import java.io.Serializable;

/**
 * A file of text.
 *
 * @param path as messages name it
 * @param length bytes as stored
 * @param gzipped true if it is compressed, which its name tells ({@code .gz})
 */
public record TextFile(String path, long length, DocumentKind kind, boolean gzipped)
    implements Serializable {}
