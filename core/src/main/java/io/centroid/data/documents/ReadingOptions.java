package io.centroid.data.documents;

import java.io.Serializable;

/**
 * Options for reading text.
 *
 * @param jsonField JSON field with the text of a document
 * @param replaceBad true to replace invalid UTF-8 instead of rejecting it
 */
public record ReadingOptions(String jsonField, boolean replaceBad) implements Serializable {}
