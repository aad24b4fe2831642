package io.centroid.safetensors;

import io.centroid.InputException;
import io.centroid.Rejection;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads tensors of a safetensors file (see {@link SafetensorsHeader} for the format). The header is
 * checked on opening; data is read in chunks, so a tensor costs its floats and one mebibyte. Not
 * thread-safe.
 */
public final class SafetensorsReader implements Closeable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final ByteSource source;
  private final SafetensorsHeader header;
  private final Map<String, TensorInfo> byName = new HashMap<>();

  /** Takes the source over: it is closed with the reader, or at once if its header is refused. */
  public SafetensorsReader(ByteSource source) throws IOException {
    this.source = source;
    SafetensorsHeader read;
    try {
      read = readHeader(source);
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
    this.header = read;
    read.tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
  }

  /** Opens a file of a Hadoop file system. */
  public static SafetensorsReader open(FileSystem fileSystem, Path path) throws IOException {
    return new SafetensorsReader(new HadoopSource(fileSystem, path));
  }

  /** Opens a file of this machine. */
  public static SafetensorsReader open(java.nio.file.Path path) throws IOException {
    return new SafetensorsReader(new LocalSource(path));
  }

  public SafetensorsHeader header() {
    return header;
  }

  /** The tensors in the order of their data. */
  public List<TensorInfo> tensors() {
    return header.tensors();
  }

  /**
   * The tensor of this name.
   *
   * @throws InputException if the file has none
   */
  public TensorInfo tensor(String name) {
    TensorInfo tensor = byName.get(name);
    if (tensor == null) {
      throw Rejection.of(source.name(), "has no tensor named " + Rejection.quote(name));
    }
    return tensor;
  }

  /** All elements of an F32, F16, BF16 or F64 tensor. */
  public float[] readFloats(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    if (tensor.elements() > Integer.MAX_VALUE - 8) {
      throw Rejection.of(
          source.name(),
          "tensor " + Rejection.quote(name),
          "at most 2^31 - 9 elements",
          String.valueOf(tensor.elements()));
    }
    requireFloating(tensor);
    float[] values = new float[(int) tensor.elements()];
    readFloats(name, values, 0);
    return values;
  }

  /**
   * Reads all elements of an F32, F16, BF16 or F64 tensor into {@code into} from {@code offset} on.
   *
   * @throws InputException if the file has no such tensor, its type is another, or it is cut short
   */
  public void readFloats(String name, float[] into, int offset) throws IOException {
    TensorInfo tensor = tensor(name);
    requireFloating(tensor);
    Objects.checkFromIndexSize((long) offset, tensor.elements(), (long) into.length);
    byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, tensor.end() - tensor.begin())];
    int done = 0;
    for (long at = tensor.begin(); at < tensor.end(); at += chunk.length) {
      int bytes = (int) Math.min(chunk.length, tensor.end() - at);
      readFully(source, header.dataStart() + at, chunk, bytes);
      int count = bytes / tensor.dtype().bytes();
      FloatDecoder.decode(tensor.dtype(), chunk, into, offset + done, count);
      done += count;
    }
  }

  @Override
  public void close() throws IOException {
    source.close();
  }

  private void requireFloating(TensorInfo tensor) {
    if (!FloatDecoder.reads(tensor.dtype())) {
      throw Rejection.of(
          source.name(),
          "tensor " + Rejection.quote(tensor.name()),
          "F32, F16, BF16 or F64",
          tensor.dtype().name());
    }
  }

  private static SafetensorsHeader readHeader(ByteSource source) throws IOException {
    byte[] prefix = new byte[(int) Math.min(SafetensorsHeader.PREFIX_BYTES, source.length())];
    readFully(source, 0, prefix, prefix.length);
    byte[] json = new byte[SafetensorsHeader.jsonBytes(source.name(), prefix, source.length())];
    readFully(source, SafetensorsHeader.PREFIX_BYTES, json, json.length);
    return SafetensorsHeader.parse(source.name(), json, source.length());
  }

  private static void readFully(ByteSource source, long position, byte[] into, int count)
      throws IOException {
    try {
      source.read(position, into, count);
    } catch (EOFException e) {
      throw Rejection.of(source.name(), "ends before byte " + (position + count), e);
    }
  }
}
