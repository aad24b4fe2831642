package io.centroid.data.texts;

import org.jspecify.annotations.Nullable;

/**
 * One labeled text.
 *
 * @param number index of the record, from 0
 * @param line line at which it begins, from 1
 * @param text text of the record
 * @param label class name; null if the file has no labels
 */
record LabeledText(long number, long line, String text, @Nullable String label) {}
