package io.centroid.data;

import java.io.Serializable;

/**
 * What a shard's reading found.
 *
 * @param train number of training examples
 * @param validation number of validation examples
 * @param largestTarget largest class number or target; minus infinity if there is no example, NaN
 *     if there are no targets
 * @param largestToken largest token id; -1 if there is no text
 * @param cut number of texts that were longer than the shape
 * @param sum over the training examples: of all pixels (one entry) or of each column
 * @param sumOfSquares likewise
 * @param sha256 of every record's key, target and values in the order of reading
 */
public record ShardSummary(
    InputShape shape,
    int train,
    int validation,
    float largestTarget,
    int largestToken,
    int cut,
    double[] sum,
    double[] sumOfSquares,
    String sha256)
    implements Serializable {}
