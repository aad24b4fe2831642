package io.centroid.huggingface;

import io.centroid.InputException;
import io.centroid.data.HadoopFiles;
import io.centroid.data.NewFolder;
import io.centroid.kernels.FloatVector;
import io.centroid.model.ParameterLayout.Entry;
import io.centroid.safetensors.SafetensorsWriter;
import io.centroid.safetensors.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;

/**
 * Writes a model as Hugging Face's {@code save_pretrained} does: tensors in the order of their
 * names, F32, metadata {@code format: pt}, and no output layer, as it is the token embedding. The
 * parameters are streamed.
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
   * Writes the directory beside its name and renames it when it is whole: a reader finds all of it
   * or nothing. One writer at a time.
   *
   * @param overwrite replaces a model's directory with all that is in it; any other directory that
   *     is not empty is refused
   * @param mostShardBytes where given, weights that are larger are cut into files of at most so
   *     many bytes of data, larger single tensors apart
   * @throws InputException if the name is taken
   */
  public static void write(
      HadoopFiles files,
      Path directory,
      ModelContents contents,
      boolean overwrite,
      OptionalLong mostShardBytes) {
    try {
      NewFolder.of(files, directory, overwrite, Gpt2ConfigJson.FILE)
          .write(target -> writeInto(target, contents, mostShardBytes));
    } catch (IOException e) {
      throw HadoopFiles.failure(directory, e);
    }
  }

  /** Writes the files into a folder that somebody else gives its name. */
  public static void writeInto(
      NewFolder.Target target, ModelContents contents, OptionalLong mostShardBytes)
      throws IOException {
    new ModelWriter(contents, mostShardBytes).writeFiles(target);
  }

  private void writeFiles(NewFolder.Target target) throws IOException {
    writeFile(target, Gpt2ConfigJson.FILE, contents.config().toJson());
    for (Map.Entry<String, byte[]> file : contents.otherFiles().entrySet()) {
      writeFile(target, file.getKey(), file.getValue());
    }
    List<List<Entry>> shards = shards();
    if (shards.size() == 1) {
      writeShard(target, StoredWeights.FILE, shards.get(0));
      return;
    }
    Map<String, String> fileOfTensor = new TreeMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String name = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
      writeShard(target, name, shards.get(i));
      shards.get(i).forEach(entry -> fileOfTensor.put(entry.name(), name));
    }
    long totalBytes = contents.parameters().size() * Float.BYTES;
    writeFile(target, ShardIndex.FILE, new ShardIndex(fileOfTensor).toJson(totalBytes));
  }

  /** The layout's tensors, cut where the next one would make a file too large. */
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

  private void writeShard(NewFolder.Target target, String name, List<Entry> entries)
      throws IOException {
    List<VectorTensor> tensors =
        entries.stream()
            .sorted(Comparator.comparing(Entry::name))
            .map(entry -> new VectorTensor(entry, contents.parameters()))
            .toList();
    try (FSDataOutputStream out = target.create(name)) {
      SafetensorsWriter.write(out, tensors, METADATA);
      target.sync(out);
    }
  }

  private static void writeFile(NewFolder.Target target, String name, byte[] content)
      throws IOException {
    try (FSDataOutputStream out = target.create(name)) {
      out.write(content);
      target.sync(out);
    }
  }

  /** A stretch of the parameters. */
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
