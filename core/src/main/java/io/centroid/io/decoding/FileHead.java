package io.centroid.io.decoding;

import io.centroid.io.HadoopFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.apache.hadoop.fs.Path;

/**
 * The first bytes of a file, decompressed if its content (not its name) is gzip.
 *
 * @param bytes first decoded bytes; fewer than requested only if the file ends
 * @param gzipped true if the file is compressed
 * @param fileLength stored length of the file in bytes
 */
public record FileHead(byte[] bytes, boolean gzipped, long fileLength) {

  public static FileHead read(HadoopFiles files, String name, int count) {
    Path path = files.path(name);
    long length = files.status(path).getLen();
    try (InputStream stream = files.open(path)) {
      byte[] magic = stream.readNBytes(2);
      InputStream whole = new SequenceInputStream(new ByteArrayInputStream(magic), stream);
      if (!GunzipStream.isGzip(magic)) {
        return new FileHead(whole.readNBytes(count), false, length);
      }
      try (GunzipStream decoded = new GunzipStream(name, whole)) {
        return new FileHead(decoded.readNBytes(count), true, length);
      }
    } catch (IOException e) {
      throw HadoopFiles.failure(path, e);
    }
  }
}
