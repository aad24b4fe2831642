package io.centroid.data.download;

import io.centroid.io.DecodingLimit;
import io.centroid.io.GunzipStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The MD5 of a gzipped file's decoded content, which stays the same however the file was
 * compressed. MD5 because that is what is published of MNIST: it tells damage, not forgery.
 */
final class ContentDigest {
  private static final long MOST_DECODED = 1L << 30;

  private ContentDigest() {}

  /**
   * Decodes the file as a stream and digests it.
   *
   * @throws io.centroid.InputException if the file is damaged or decodes to more than 1 GiB
   */
  static String md5(Path file) throws IOException {
    try (InputStream stream = new GunzipStream(file.toString(), Files.newInputStream(file))) {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      DecodingLimit limit = DecodingLimit.setting(MOST_DECODED);
      byte[] block = new byte[1 << 16];
      long decoded = 0;
      for (int read = stream.read(block); read > 0; read = stream.read(block)) {
        digest.update(block, 0, read);
        decoded += read;
        limit.check(file.toString(), decoded);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
