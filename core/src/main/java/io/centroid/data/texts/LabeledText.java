package io.centroid.data.texts;

import org.jspecify.annotations.Nullable;

/**
 * One record of a file.
 *
 * @param number of the record, from 0
 * @param line where it begins, from 1
 * @param label null if the file has none
 */
record LabeledText(long number, long line, String text, @Nullable String label) {}
