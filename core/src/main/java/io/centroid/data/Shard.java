package io.centroid.data;

import io.centroid.error.InputException;
import io.centroid.error.WorkerFailure;
import io.centroid.io.Sha256;
import io.centroid.random.Seed;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * The data of one worker: its training examples, its part of the validation set, and a summary of
 * both. Assignment to validation depends only on (seed, key), so the two sets are the same for any
 * number of workers.
 */
public record Shard(int worker, Examples train, Examples validation, ShardSummary summary)
    implements Serializable {

  /**
   * Reads the shard of one worker.
   *
   * @param validationSplit probability that an example belongs to validation, in [0, 1)
   * @throws InputException if the data is damaged
   * @throws io.centroid.error.WorkerFailure if reading fails for another reason
   */
  public static Shard read(
      ExampleSource source,
      Split split,
      long seed,
      double validationSplit,
      int worker,
      int workers) {
    SourceSchema schema = source.schema(split);
    double heldOut = split == Split.TRAIN ? validationSplit : 0;
    Collector collector = new Collector(schema, seed, heldOut, workers);
    try {
      source.read(split, seed, worker, workers, collector);
    } catch (RuntimeException e) {
      throw WorkerFailure.of(
          worker, source.place(split) + ": " + collector.place(source.keyName()), e);
    }
    return collector.shard(worker);
  }

  private static final class Collector implements ExampleSink {
    private static final int TOKENS_AT_ONCE = 8192;

    private final long seed;
    private final double validationSplit;
    private final Examples.Builder train;
    private final Examples.Builder validation;
    private final int size;
    private final MessageDigest digest = Sha256.digest();
    private final ByteBuffer keyAndTarget = ByteBuffer.allocate(Long.BYTES + Float.BYTES);
    private final double[] sum;
    private final double[] sumOfSquares;
    private final long[] missing;
    private ByteBuffer rowBytes = ByteBuffer.allocate(0);
    private float largestTarget = Float.NEGATIVE_INFINITY;
    private long largestKey = -1;
    private Moments targets = Moments.NONE;
    private int largestToken = -1;
    private int truncated;
    private int empty;
    private long lastKey = -1;
    private boolean taking;

    Collector(SourceSchema schema, long seed, double validationSplit, int workers) {
      this.seed = seed;
      this.validationSplit = validationSplit;
      this.train =
          new Examples.Builder(
              schema.shape(), schema.kind(), expected(schema, validationSplit, workers));
      this.validation = new Examples.Builder(schema.shape(), schema.kind());
      this.size = schema.shape().size();
      int moments = schema.kind() == SourceSchema.FeatureKind.NUMBERS ? size : 1;
      this.sum = new double[moments];
      this.sumOfSquares = new double[moments];
      this.missing = new long[schema.kind() == SourceSchema.FeatureKind.NUMBERS ? size : 0];
    }

    @Override
    public void image(long key, byte[] pixels, int offset, float target) {
      note(key, target);
      digest.update(pixels, offset, size);
      if (isValidation(key)) {
        validation.addImage(pixels, offset, target);
        taking = false;
        return;
      }
      train.addImage(pixels, offset, target);
      targets = targets.with(target);
      long total = 0;
      long squares = 0;
      for (int i = 0; i < size; i++) {
        int value = pixels[offset + i] & 0xFF;
        total += value;
        squares += (long) value * value;
      }
      sum[0] += total;
      sumOfSquares[0] += squares;
      taking = false;
    }

    @Override
    public void row(long key, float[] values, float target) {
      note(key, target);
      digestRow(values);
      if (isValidation(key)) {
        validation.addRow(values, target);
        taking = false;
        return;
      }
      train.addRow(values, target);
      targets = targets.with(target);
      for (int i = 0; i < size; i++) {
        if (Float.isNaN(values[i])) {
          missing[i]++;
          continue;
        }
        sum[i] += values[i];
        sumOfSquares[i] += (double) values[i] * values[i];
      }
      taking = false;
    }

    @Override
    public void span(long key, boolean isValidation, int[] tokens, int length) {
      begin(key);
      digestTokens(key, isValidation ? 1 : 0, tokens, length);
      (isValidation ? validation : train).addSpan(tokens, length);
      taking = false;
    }

    @Override
    public void text(long key, int[] tokens, int length, float target) {
      note(key, target);
      digestTokens(key, target, tokens, length);
      if (isValidation(key)) {
        validation.addText(tokens, length, target);
      } else {
        train.addText(tokens, length, target);
        targets = targets.with(target);
      }
      taking = false;
    }

    @Override
    public void truncated() {
      truncated++;
    }

    @Override
    public void empty() {
      empty++;
    }

    Shard shard(int worker) {
      Examples trained = train.build();
      Examples validated = validation.build();
      String hash = Sha256.hex(digest);
      return new Shard(
          worker,
          trained,
          validated,
          new ShardSummary(
              trained.shape(),
              trained.count(),
              validated.count(),
              largestTarget,
              largestKey,
              targets,
              largestToken,
              new ExampleSink.TextCounts(truncated, empty),
              missing,
              sum,
              sumOfSquares,
              hash));
    }

    /**
     * Expected number of training examples by the header's count, limited to 256 MiB since a header
     * is not trusted.
     */
    private static long expected(SourceSchema schema, double validationSplit, int workers) {
      double shard = (double) schema.count().orElse(0) / workers;
      double kept = shard * (1 - validationSplit);
      long likely = (long) (kept + 4 * Math.sqrt(shard * validationSplit)) + 1;
      return Math.min(likely, (256L << 20) / schema.shape().size());
    }

    private void begin(long key) {
      lastKey = key;
      taking = true;
    }

    /** Position of the reader for messages. */
    String place(String keyName) {
      return taking
          ? "at " + keyName + " " + lastKey
          : lastKey < 0 ? "before the first record" : "after " + keyName + " " + lastKey;
    }

    private void note(long key, float target) {
      begin(key);
      if (target > largestTarget) {
        largestKey = key;
      }
      largestTarget = Math.max(largestTarget, target);
      keyAndTarget.clear();
      digest.update(keyAndTarget.putLong(key).putFloat(target).flip());
    }

    private void digestRow(float[] values) {
      rowBytes(size * Float.BYTES);
      for (int i = 0; i < size; i++) {
        rowBytes.putFloat(values[i]);
      }
      digest.update(rowBytes.flip());
    }

    private void digestTokens(long key, float part, int[] tokens, int length) {
      keyAndTarget.clear();
      digest.update(keyAndTarget.putLong(key).putFloat(part).flip());
      for (int from = 0; from < length; from += TOKENS_AT_ONCE) {
        int count = Math.min(TOKENS_AT_ONCE, length - from);
        rowBytes(TOKENS_AT_ONCE * Integer.BYTES);
        for (int i = from; i < from + count; i++) {
          largestToken = Math.max(largestToken, tokens[i]);
          rowBytes.putInt(tokens[i]);
        }
        digest.update(rowBytes.flip());
      }
    }

    private void rowBytes(int capacity) {
      if (rowBytes.capacity() == 0) {
        rowBytes = ByteBuffer.allocate(capacity);
      }
      rowBytes.clear();
    }

    private boolean isValidation(long key) {
      return validationSplit > 0
          && Seed.unit(Seed.of(seed, Seed.Purpose.VALIDATION_SPLIT, key)) < validationSplit;
    }
  }
}
