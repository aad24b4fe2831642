package io.centroid.data.documents;

import java.io.Serializable;

/**
 * A file of text.
 *
 * @param path path, also for messages
 * @param length stored size in bytes
 * @param kind kind of document
 * @param decoded true if the content is gzip or not in UTF-8
 */
public record TextFile(String path, long length, DocumentKind kind, boolean decoded)
    implements Serializable {}
