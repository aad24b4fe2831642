package io.centroid.data.documents;

import java.io.Serializable;

/**
 * How text is read.
 *
 * @param jsonField the field of a JSON object that holds its document's text
 * @param replaceBad whether bytes that are not UTF-8 are replaced rather than refused
 */
public record ReadingOptions(String jsonField, boolean replaceBad) implements Serializable {}
