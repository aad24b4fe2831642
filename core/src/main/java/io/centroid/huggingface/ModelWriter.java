package io.centroid.huggingface;

import io.centroid.checkpoint.safetensors.SafetensorsWriter;
import io.centroid.checkpoint.safetensors.Tensor;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.kernels.FloatVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * A writer of model directories in the format of Hugging Face's {@code save_pretrained}: F32
 * tensors sorted by name, metadata {@code format: pt}, and no output layer if it is tied to the
 * token embedding. The parameters are streamed.
 */
public final class ModelWriter {
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private final ModelContents contents;
  private final OptionalLong mostShardBytes;

  private ModelWriter(ModelContents contents, OptionalLong mostShardBytes) {
    this.contents = contents;
    this.mostShardBytes = mostShardBytes;
  }

  /**
   * Writes the directory and publishes it atomically. One writer at a time.
   *
   * @param overwrite true to replace an existing model directory; other non-empty directories are
   *     rejected
   * @param mostShardBytes maximum data bytes per weight file, exceeded only by a larger single
   *     tensor; empty for one file
   * @throws InputException if the directory exists and may not be replaced
   */
  public static void write(
      HadoopFiles files,
      Path directory,
      ModelContents contents,
      boolean overwrite,
      OptionalLong mostShardBytes) {
    try {
      AtomicDirectory.of(files, directory, overwrite, Gpt2ConfigJson.FILE)
          .write(overwrite, target -> writeInto(target, contents, mostShardBytes));
    } catch (IOException e) {
      throw HadoopFiles.failure(directory, e);
    }
  }

  /** Writes the files into a draft folder that the caller publishes. */
  public static void writeInto(
      AtomicDirectory.Draft target, ModelContents contents, OptionalLong mostShardBytes)
      throws IOException {
    new ModelWriter(contents, mostShardBytes).writeFiles(target);
  }

  private void writeFiles(AtomicDirectory.Draft target) throws IOException {
    target.write(Gpt2ConfigJson.FILE, contents.config().toJson());
    for (Map.Entry<String, byte[]> file : contents.otherFiles().entrySet()) {
      target.write(file.getKey(), file.getValue());
    }
    List<List<Entry>> shards = shards();
    if (shards.size() == 1) {
      writeShard(target, StoredWeights.FILE, shards.get(0));
      return;
    }
    Map<String, String> fileOfTensor = new TreeMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String name =
          String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
      writeShard(target, name, shards.get(i));
      shards.get(i).forEach(entry -> fileOfTensor.put(entry.name(), name));
    }
    long totalBytes = contents.parameters().size() * Float.BYTES;
    target.write(ShardIndex.FILE, new ShardIndex(fileOfTensor).toJson(totalBytes));
  }

  /** The layout's tensors, grouped into shards. */
  private List<List<Entry>> shards() {
    long most = mostShardBytes.orElse(Long.MAX_VALUE);
    List<List<Entry>> shards = new ArrayList<>();
    List<Entry> shard = new ArrayList<>();
    long bytes = 0;
    for (Entry entry : contents.layout().entries()) {
      long size = entry.size() * Float.BYTES;
      if (!shard.isEmpty() && bytes + size > most) {
        shards.add(shard);
        shard = new ArrayList<>();
        bytes = 0;
      }
      shard.add(entry);
      bytes += size;
    }
    shards.add(shard);
    return shards;
  }

  private void writeShard(AtomicDirectory.Draft target, String name, List<Entry> entries)
      throws IOException {
    List<VectorTensor> tensors =
        entries.stream()
            .sorted(Comparator.comparing(Entry::name))
            .map(entry -> new VectorTensor(entry, contents.parameters()))
            .toList();
    target.write(name, out -> SafetensorsWriter.write(out, tensors, METADATA));
  }

  /** A tensor backed by a slice of the parameters. */
  private record VectorTensor(Entry entry, FloatVector vector) implements Tensor {
    @Override
    public String name() {
      return entry.name();
    }

    @Override
    public List<Long> shape() {
      return entry.shape();
    }

    @Override
    public void read(long from, float[] into, int count) {
      vector.read(entry.offset() + from, into, count);
    }
  }
}
