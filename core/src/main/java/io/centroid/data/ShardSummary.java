package io.centroid.data;

import java.io.Serializable;

/**
 * The summary of a shard: counts, moments and a digest.
 *
 * @param shape shape of one example
 * @param train number of training examples
 * @param validation number of validation examples
 * @param largestTarget largest class number or target; minus infinity if there is no example, NaN
 *     if there are no targets
 * @param largestKey key of the first example with it; -1 if there is none
 * @param targets moments of the training examples' targets
 * @param largestToken largest token id; -1 if there is no text
 * @param texts numbers of texts that were truncated to the shape, or are empty
 * @param missing number of missing values per column over the training examples; empty unless the
 *     examples are rows of numbers
 * @param sum sum over the training examples: of all pixels (one entry) or per column
 * @param sumOfSquares sum of squares, likewise
 * @param sha256 digest of every record's key, target and values in reading order
 */
public record ShardSummary(
    InputShape shape,
    int train,
    int validation,
    float largestTarget,
    long largestKey,
    Moments targets,
    int largestToken,
    ExampleSink.TextCounts texts,
    long[] missing,
    double[] sum,
    double[] sumOfSquares,
    String sha256)
    implements Serializable {}
