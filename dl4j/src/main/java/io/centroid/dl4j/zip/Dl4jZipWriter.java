package io.centroid.dl4j.zip;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a network in the format of DL4J's ModelSerializer, without updater state: {@code
 * configuration.json} and {@code coefficients.bin}, a float32 row vector in the format of {@code
 * Nd4j.write}. The output is bitwise reproducible.
 */
public final class Dl4jZipWriter {
  private static final int CHUNK_BYTES = 1 << 16;

  /** ND4J's flag for float arrays. */
  private static final long FLOAT_FLAG = 8192;

  private static final long C_ORDER = 'c';

  /** The buffer type that current ND4J writes. */
  private static final String BUFFER = "MIXED_DATA_TYPES";

  private Dl4jZipWriter() {}

  /**
   * Writes the zip; does not close the stream.
   *
   * @param configuration DL4J's JSON configuration
   * @param parameters parameters in the order of DL4J's flat vector
   */
  public static void write(OutputStream out, String configuration, float[] parameters)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    entry(zip, Dl4jZip.CONFIGURATION);
    zip.write(configuration.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
    entry(zip, Dl4jZip.COEFFICIENTS);
    row(new DataOutputStream(zip), parameters);
    zip.closeEntry();
    zip.finish();
  }

  private static void entry(ZipOutputStream zip, String name) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(0);
    zip.putNextEntry(entry);
  }

  private static void row(DataOutputStream out, float[] values) throws IOException {
    // Rank, shape, strides, flags, element-wise stride, order.
    long[] shape = {2, 1, values.length, 1, 1, FLOAT_FLAG, 1, C_ORDER};
    out.writeUTF(BUFFER);
    out.writeLong(shape.length);
    out.writeUTF("LONG");
    for (long number : shape) {
      out.writeLong(number);
    }
    out.writeUTF(BUFFER);
    out.writeLong(values.length);
    out.writeUTF("FLOAT");
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int done = 0; done < values.length; ) {
      int some = Math.min(values.length - done, CHUNK_BYTES / Float.BYTES);
      ByteBuffer.wrap(chunk).asFloatBuffer().put(values, done, some);
      out.write(chunk, 0, some * Float.BYTES);
      done += some;
    }
    out.flush();
  }
}
