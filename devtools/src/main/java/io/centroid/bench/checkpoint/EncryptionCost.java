package io.centroid.bench.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.centroid.bench.Spread;
import io.centroid.checkpoint.CheckpointListener;
import io.centroid.checkpoint.CheckpointStore;
import io.centroid.checkpoint.CheckpointWriter;
import io.centroid.checkpoint.LayoutTensor;
import io.centroid.checkpoint.Position;
import io.centroid.checkpoint.Retention;
import io.centroid.checkpoint.Snapshot;
import io.centroid.checkpoint.lease.LeaseTerms;
import io.centroid.checkpoint.safetensors.TensorSlice;
import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.KeyFiles;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.SiteConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;

/**
 * What encryption costs a save: plain and encrypted checkpoints of the same random parameters,
 * saved alternately by this thread alone.
 *
 * @param bytes size of the parameters in bytes
 * @param firstPlainMillis milliseconds of the first plain save of the process
 * @param firstEncryptedMillis milliseconds of the first encrypted save, which was the next one
 * @param plainMillis milliseconds of a plain save
 * @param encryptedMillis milliseconds of an encrypted save
 * @param ratio ratio of the two, pair by pair
 */
public record EncryptionCost(
    long bytes,
    double firstPlainMillis,
    double firstEncryptedMillis,
    Spread plainMillis,
    Spread encryptedMillis,
    Spread ratio) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WARM_UP = 3;

  /**
   * Measures, and removes the checkpoints afterwards.
   *
   * @param runDir Hadoop URI of the folder in which the checkpoints are written
   * @param parameters number of parameters of 4 bytes
   * @param pairs number of measured pairs of saves
   * @param progress receives one line per pair
   */
  public static EncryptionCost measure(
      String runDir, int parameters, int pairs, Consumer<String> progress) throws IOException {
    HadoopFiles plain = new HadoopFiles(SiteConfiguration.load());
    java.nio.file.Path keys = Files.createTempDirectory("centroid-bench");
    java.nio.file.Path key = keys.resolve("key");
    KeyFiles.newEncryptionKey(key);
    HadoopFiles encrypted = plain.with(Map.of(EncryptionKey.PROPERTY, "file://" + key));
    Path folder = HadoopPath.child(plain.path(runDir), "bench-encryption-" + UUID.randomUUID());
    float[] values = new float[parameters];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < parameters; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    List<Double> without = new ArrayList<>();
    List<Double> with = new ArrayList<>();
    List<Double> early = new ArrayList<>();
    try (CheckpointWriter open = writer(plain, HadoopPath.child(folder, "plain"));
        CheckpointWriter sealed = writer(encrypted, HadoopPath.child(folder, "encrypted"))) {
      for (int pair = -WARM_UP; pair < pairs; pair++) {
        int step = pair + WARM_UP + 1;
        boolean plainFirst = step % 2 == 1;
        double first = saveMillis(plainFirst ? open : sealed, values, step);
        double second = saveMillis(plainFirst ? sealed : open, values, step);
        if (pair < 0) {
          early.addAll(List.of(first, second));
        } else {
          without.add(plainFirst ? first : second);
          with.add(plainFirst ? second : first);
          progress.accept(
              String.format(
                  Locale.ROOT,
                  "pair %d of %d: %.0f ms plain, %.0f ms encrypted",
                  pair + 1,
                  pairs,
                  without.get(pair),
                  with.get(pair)));
        }
      }
    } finally {
      plain.fileSystem(folder).delete(folder, true);
      Files.deleteIfExists(key);
      Files.deleteIfExists(keys);
    }
    return new EncryptionCost(
        (long) Float.BYTES * parameters,
        early.get(0),
        early.get(1),
        Spread.of(without),
        Spread.of(with),
        Spread.ofRatios(with, without));
  }

  private static CheckpointWriter writer(HadoopFiles files, Path run) throws IOException {
    CheckpointStore store =
        CheckpointStore.of(run, files.configuration(), CheckpointListener.LOGGED);
    return store.writer(store.claim(LeaseTerms.usual()), Retention.last(2));
  }

  private static double saveMillis(CheckpointWriter writer, float[] values, int step)
      throws IOException {
    JsonNodeFactory json = JsonNodeFactory.instance;
    Snapshot snapshot =
        new Snapshot(
            step,
            step,
            1,
            new Position(0, step),
            "bench",
            List.of(new LayoutTensor("w", List.of((long) values.length), "weight")),
            Map.of(),
            Map.of(),
            json.objectNode(),
            json.objectNode(),
            json.objectNode());
    long started = System.nanoTime();
    writer.save(snapshot, List.of(TensorSlice.whole("w", values)), List.of(), Map.of());
    return (System.nanoTime() - started) / 1e6;
  }

  public ObjectNode toJson() {
    ObjectNode node = JSON.createObjectNode().put("bytes", bytes);
    node.put("firstPlainMillis", firstPlainMillis);
    node.put("firstEncryptedMillis", firstEncryptedMillis);
    node.set("plainMillis", JSON.valueToTree(plainMillis));
    node.set("encryptedMillis", JSON.valueToTree(encryptedMillis));
    node.set("ratio", JSON.valueToTree(ratio));
    return node.put("overhead", ratio.median() - 1);
  }

  /** The first pair, and the medians and the quartiles of the overhead of later ones. */
  public String toText() {
    return String.format(
        Locale.ROOT,
        "%.0f MB, first of the process: %.0f ms plain, %.0f ms encrypted%n"
            + "%.0f MB, warm: %.0f ms plain, %.0f ms encrypted, %+.1f%% (%+.1f to %+.1f)%n",
        bytes / 1e6,
        firstPlainMillis,
        firstEncryptedMillis,
        bytes / 1e6,
        plainMillis.median(),
        encryptedMillis.median(),
        100 * (ratio.median() - 1),
        100 * (ratio.low() - 1),
        100 * (ratio.high() - 1));
  }
}
