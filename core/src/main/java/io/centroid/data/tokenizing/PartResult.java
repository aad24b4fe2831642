package io.centroid.data.tokenizing;

import io.centroid.data.corpus.CorpusShard;
import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of a tokenization task.
 *
 * @param task number of the task
 * @param training training shard; null if there is no training text
 * @param validation validation shard; null if there is no validation text
 * @param documents number of kept documents that begin in the task
 * @param duplicates number of documents dropped
 * @param replaced number of characters replaced
 * @param added number of added tokens by id that the kept text spells
 * @param bytes size of the kept text in UTF-8 bytes
 * @param edited number of edits of the documents by kind
 */
public record PartResult(
    int task,
    @Nullable CorpusShard training,
    @Nullable CorpusShard validation,
    long documents,
    long duplicates,
    long replaced,
    Map<Integer, Long> added,
    long bytes,
    Map<String, Long> edited)
    implements Serializable {}
