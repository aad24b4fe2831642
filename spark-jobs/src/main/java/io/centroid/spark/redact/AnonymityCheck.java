package io.centroid.spark.redact;

import io.centroid.redact.table.Anonymity;
import io.centroid.redact.table.CsvTable;
import io.centroid.spark.JavaSerialized;
import io.centroid.spark.internal.JobProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * Counts the groups of a written table that have the same quasi-identifiers. Spark shuffles keyed
 * hashes of them, under a random key, and no values.
 */
final class AnonymityCheck {
  private static final String HMAC = "HmacSHA256";
  private static final int HASH_BYTES = 16;
  private static final int KEY_BYTES = 32;

  private AnonymityCheck() {}

  /**
   * Counts the groups over all tables together.
   *
   * @param tasks tasks that have written the tables
   */
  static Anonymity.Found count(
      JavaSparkContext spark, Broadcast<JavaSerialized<RedactionTasks>> tasks, Anonymity required) {
    RedactionTasks all = tasks.value().value();
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    List<Integer> numbers = IntStream.range(0, all.tables().size()).boxed().toList();
    JavaSerialized<Anonymity> sent = new JavaSerialized<>(required);
    JavaPairRDD<String, Long> rows =
        spark
            .parallelize(numbers, numbers.size())
            .flatMapToPair(table -> new Rows(tasks.value().value(), table, sent.value(), key))
            .reduceByKey(Long::sum);
    return JobProperties.described(
        spark.sc(),
        "counting rows with the same quasi-identifiers",
        () ->
            rows.mapToPair(
                    row ->
                        new Tuple2<>(
                            row._1().substring(0, 2 * HASH_BYTES), new long[] {row._2(), 1}))
                .reduceByKey((one, other) -> new long[] {one[0] + other[0], one[1] + other[1]})
                .map(
                    group -> new JavaSerialized<>(sent.value().group(group._2()[0], group._2()[1])))
                .fold(
                    new JavaSerialized<>(Anonymity.Found.NONE),
                    (one, other) -> new JavaSerialized<>(one.value().plus(other.value())))
                .value());
  }

  /** Hashes of the rows of a table: of the quasi-identifiers, then of the sensitive value. */
  private static final class Rows implements Iterator<Tuple2<String, Long>> {
    private final CsvTable table;
    private final Mac mac;
    private final int[] columns;
    private final int sensitive;
    private @Nullable List<String> next;

    Rows(RedactionTasks tasks, int table, Anonymity required, byte[] key) {
      try {
        this.table = tasks.written(tasks.tables().get(table).name());
        TaskContext.get()
            .addTaskCompletionListener((TaskCompletionListener) ended -> this.table.close());
        this.mac = Mac.getInstance(HMAC);
        mac.init(new SecretKeySpec(key, HMAC));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
      this.columns = required.quasiIdentifiers().stream().mapToInt(this.table::column).toArray();
      this.sensitive =
          required.sensitive().isEmpty() ? -1 : this.table.column(required.sensitive());
      this.next = this.table.next();
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Tuple2<String, Long> next() {
      List<String> row = next;
      if (row == null) {
        throw new NoSuchElementException();
      }
      next = table.next();
      for (int column : columns) {
        update(row.get(column));
      }
      String group = hash();
      update(sensitive < 0 ? "" : row.get(sensitive));
      return new Tuple2<>(group + hash(), 1L);
    }

    /** With its length, so that two cells are not the same as others with the same characters. */
    private void update(String cell) {
      mac.update((cell.length() + ":" + cell).getBytes(StandardCharsets.UTF_8));
    }

    private String hash() {
      return HexFormat.of().formatHex(mac.doFinal(), 0, HASH_BYTES);
    }
  }
}
