package io.centroid.checkpoint.safetensors;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.ByteSource;
import io.centroid.io.HadoopSource;
import io.centroid.io.LocalSource;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A reader of safetensors files (see {@link SafetensorsHeader} for the format). The header is
 * checked on opening. Data is memory-mapped or read in chunks of one MiB. Not thread-safe.
 */
public final class SafetensorsReader implements Closeable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final ByteSource source;
  private final SafetensorsHeader header;
  private final Map<String, TensorInfo> byName = new HashMap<>();
  private byte[] reused = {};

  /**
   * Takes ownership of the source: closes it with the reader, or at once if the header is invalid.
   */
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

  /** Opens a file on a Hadoop file system. */
  public static SafetensorsReader open(FileSystem fileSystem, Path path) throws IOException {
    return new SafetensorsReader(new HadoopSource(fileSystem, path));
  }

  /** Opens a local file. */
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
      throw InputErrors.of(source.name(), "no tensor named " + InputErrors.quote(name));
    }
    return tensor;
  }

  /** Reads all elements of an F32, F16, BF16 or F64 tensor. */
  public float[] readFloats(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    if (tensor.elements() > Integer.MAX_VALUE - 8) {
      throw InputErrors.of(
          source.name(),
          "tensor " + InputErrors.quote(name),
          "at most 2^31 - 9 elements",
          String.valueOf(tensor.elements()));
    }
    requireFloating(tensor);
    float[] values = new float[(int) tensor.elements()];
    readFloats(name, values, 0);
    return values;
  }

  /**
   * Reads all elements of an F32, F16, BF16 or F64 tensor into {@code into}, starting at index
   * {@code offset}.
   *
   * @throws InputException if the tensor is missing, has another type or is truncated
   */
  public void readFloats(String name, float[] into, int offset) throws IOException {
    TensorInfo tensor = tensor(name);
    Objects.checkFromIndexSize((long) offset, tensor.elements(), (long) into.length);
    readFloats(name, 0, into, offset, (int) tensor.elements());
  }

  /**
   * Reads {@code count} elements of a tensor, starting at element {@code from}; otherwise like
   * {@link #readFloats(String, float[], int)}.
   */
  public void readFloats(String name, long from, float[] into, int offset, int count)
      throws IOException {
    TensorInfo tensor = tensor(name);
    requireFloating(tensor);
    Objects.checkFromIndexSize(from, count, tensor.elements());
    Objects.checkFromIndexSize(offset, count, into.length);
    int width = tensor.dtype().bytes();
    int most = CHUNK_BYTES / width;
    byte[] chunk = chunk((int) Math.min(CHUNK_BYTES, (long) count * width));
    for (int done = 0; done < count; done += most) {
      int elements = Math.min(most, count - done);
      long at = header.dataStart() + tensor.begin() + (from + done) * width;
      readFully(source, at, chunk, elements * width);
      FloatDecoder.decode(tensor.dtype(), chunk, into, offset + done, elements);
    }
  }

  /**
   * Memory-maps an F32 tensor, read-only. The mapping stays valid after the reader is closed,
   * unless the file is truncated.
   *
   * @return the elements; empty if the type is not F32, the file is not local, the tensor is not
   *     aligned to four bytes, is empty or exceeds 2 GiB, or this machine is big-endian
   * @throws InputException if the tensor is missing or truncated
   */
  public Optional<FloatBuffer> map(String name) throws IOException {
    TensorInfo tensor = tensor(name);
    long start = header.dataStart() + tensor.begin();
    long bytes = tensor.end() - tensor.begin();
    if (tensor.dtype() != DType.F32
        || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN
        || start % Float.BYTES != 0
        || bytes == 0
        || bytes > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    try {
      return source
          .map(start, (int) bytes)
          .map(mapped -> mapped.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer());
    } catch (EOFException e) {
      throw endsBefore(source, start + bytes, e);
    }
  }

  @Override
  public void close() throws IOException {
    source.close();
  }

  private byte[] chunk(int bytes) {
    if (reused.length < bytes) {
      reused = new byte[bytes];
    }
    return reused;
  }

  private void requireFloating(TensorInfo tensor) {
    if (!FloatDecoder.reads(tensor.dtype())) {
      throw InputErrors.of(
          source.name(),
          "tensor " + InputErrors.quote(tensor.name()),
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
      throw endsBefore(source, position + count, e);
    }
  }

  private static InputException endsBefore(ByteSource source, long position, EOFException cause) {
    return InputErrors.of(source.name(), "truncated: ends before byte " + position, cause);
  }
}
