package io.centroid.data.tokenizing;

import io.centroid.data.corpus.CorpusShard;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a task wrote and counted.
 *
 * @param task its number
 * @param training null if it found no training text
 * @param validation null if it found no validation text
 * @param documents that began in it and were kept
 * @param duplicates documents that were dropped
 * @param replaced characters that were replaced
 * @param bytes of UTF-8 that the kept text has
 */
public record PartResult(
    int task,
    @Nullable CorpusShard training,
    @Nullable CorpusShard validation,
    long documents,
    long duplicates,
    long replaced,
    long bytes)
    implements Serializable {}
