package io.centroid.data;

import io.centroid.io.Sha256;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The summaries of all shards in worker order: sizes, moments and a digest of the data. */
public record DataSummary(List<ShardSummary> shards) {

  public DataSummary {
    shards = List.copyOf(shards);
  }

  public InputShape shape() {
    return shards.get(0).shape();
  }

  public long train() {
    return shards.stream().mapToLong(ShardSummary::train).sum();
  }

  public long validation() {
    return shards.stream().mapToLong(ShardSummary::validation).sum();
  }

  /** Number of training examples of the largest shard; it determines the steps per epoch. */
  public int largestShard() {
    return shards.stream().mapToInt(ShardSummary::train).max().orElse(0);
  }

  /** Largest class number plus one, at most the largest int. */
  public int classes() {
    float largest = Float.NEGATIVE_INFINITY;
    for (ShardSummary shard : shards) {
      largest = Math.max(largest, shard.largestTarget());
    }
    return largest < 0 || Float.isNaN(largest)
        ? 0
        : (int) Math.min(Integer.MAX_VALUE, (long) largest + 1);
  }

  /** Key of an example with the largest class number; -1 if there is none. */
  public long largestKey() {
    ShardSummary found = shards.get(0);
    for (ShardSummary shard : shards) {
      if (shard.largestTarget() > found.largestTarget()) {
        found = shard;
      }
    }
    return found.largestKey();
  }

  /** Moments of the training examples' targets, combined in worker order. */
  public Moments targets() {
    return shards.stream().map(ShardSummary::targets).reduce(Moments.NONE, Moments::merge);
  }

  /** The target that all training examples have; empty if they differ, or have none. */
  public Optional<Float> onlyTarget() {
    Moments targets = targets();
    return targets.count() > 0 && targets.squares() == 0
        ? Optional.of((float) targets.mean())
        : Optional.empty();
  }

  /** Largest token id plus one; 0 if there is no text. */
  public int tokens() {
    return shards.stream().mapToInt(ShardSummary::largestToken).max().orElse(-1) + 1;
  }

  /** Numbers of texts that were truncated to the shape, or are empty. */
  public ExampleSink.TextCounts texts() {
    return shards.stream()
        .map(ShardSummary::texts)
        .reduce(ExampleSink.TextCounts.NONE, ExampleSink.TextCounts::plus);
  }

  /** Number of missing values (NaN) per column; empty unless the examples are rows of numbers. */
  public long[] missing() {
    long[] total = new long[shards.get(0).missing().length];
    for (ShardSummary shard : shards) {
      for (int i = 0; i < total.length; i++) {
        total[i] += shard.missing()[i];
      }
    }
    return total;
  }

  /** Mean over all pixels (one entry) or per column, without missing values. */
  public double[] mean() {
    double[] mean = total(false);
    double[] counts = counts(mean.length);
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= counts[i];
    }
    return mean;
  }

  /** Standard deviation over all pixels (one entry) or per column, without missing values. */
  public double[] standardDeviation() {
    double[] mean = mean();
    double[] deviation = total(true);
    double[] counts = counts(mean.length);
    for (int i = 0; i < deviation.length; i++) {
      deviation[i] = Math.sqrt(Math.max(0, deviation[i] / counts[i] - mean[i] * mean[i]));
    }
    return deviation;
  }

  /**
   * SHA-256 over the shards' digests: it changes with any record and with the assignment of records
   * to workers.
   */
  public String sha256() {
    return Sha256.of(
        shards.stream().map(ShardSummary::sha256).collect(java.util.stream.Collectors.joining()));
  }

  /** Number of values per moment. */
  private double[] counts(int moments) {
    double[] counts = new double[moments];
    Arrays.fill(counts, (double) train() * shape().size() / moments);
    long[] missing = missing();
    for (int i = 0; i < moments; i++) {
      counts[i] = Math.max(1.0, counts[i] - (i < missing.length ? missing[i] : 0));
    }
    return counts;
  }

  private double[] total(boolean squares) {
    double[] total = new double[shards.get(0).sum().length];
    for (ShardSummary shard : shards) {
      double[] part = squares ? shard.sumOfSquares() : shard.sum();
      for (int i = 0; i < total.length; i++) {
        total[i] += part[i];
      }
    }
    return total;
  }
}
