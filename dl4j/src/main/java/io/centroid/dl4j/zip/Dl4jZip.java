package io.centroid.dl4j.zip;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.BoundedRead;
import io.centroid.io.FileSignature;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Sha256;
import io.centroid.io.Utf8;
import io.centroid.nn.Architecture;
import io.centroid.nn.StoredNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * A network in a zip file of DL4J's ModelSerializer: {@code configuration.json} and {@code
 * coefficients.bin}. Updater state, normalizers and other objects are never read.
 *
 * @param path path of the zip file
 * @param sha256 SHA-256 of the file
 * @param configuration DL4J's JSON configuration, not validated yet
 * @param leftOut names of the entries that are not read
 */
public record Dl4jZip(Path path, String sha256, String configuration, List<String> leftOut)
    implements StoredNetwork {
  static final String CONFIGURATION = "configuration.json";
  static final String COEFFICIENTS = "coefficients.bin";

  private static final int MAX_CONFIGURATION_BYTES = 16 << 20;

  /** Size of the largest float32 array, plus the other entries. */
  private static final long MAX_ZIP_BYTES = 9L << 30;

  private static final List<String> NORMALIZERS = List.of("normalizer.bin", "preprocessor.bin");

  private interface Use<T> {
    T of(ZipContents contents, String sha256) throws IOException;
  }

  /**
   * Reads the configuration and checks the zip's list of entries.
   *
   * @throws InputException if the file is not a valid zip of ModelSerializer
   */
  public static Dl4jZip read(HadoopFiles files, String location) {
    Path path = files.path(location);
    return with(
        files,
        path,
        (contents, sha256) -> {
          String json =
              contents.read(
                  CONFIGURATION,
                  MAX_CONFIGURATION_BYTES,
                  in -> Utf8.strict(contents.place(CONFIGURATION), in.readAllBytes()));
          if (!contents.has(COEFFICIENTS)) {
            throw InputErrors.of(
                path.toString(),
                "entries",
                COEFFICIENTS + ", as DL4J's ModelSerializer writes it",
                InputErrors.shorten(contents.names().toString()));
          }
          List<String> leftOut =
              contents.names().stream()
                  .filter(name -> !name.equals(CONFIGURATION) && !name.equals(COEFFICIENTS))
                  .toList();
          return new Dl4jZip(path, sha256, json, leftOut);
        });
  }

  @Override
  public float[] parameters(HadoopFiles files, long count) {
    int size = Math.toIntExact(count);
    long maxBytes = count * Float.BYTES + Nd4jArray.HEADER_BYTES;
    return with(
        files,
        path,
        (contents, found) -> {
          if (!found.equals(sha256)) {
            throw InputErrors.of(path.toString(), "was changed while it was being read");
          }
          return contents.read(
              COEFFICIENTS,
              maxBytes,
              in -> Nd4jArray.readRow(contents.place(COEFFICIENTS), in, size));
        });
  }

  /** Name of the configuration in messages. */
  public String configurationPlace() {
    return path + "!" + CONFIGURATION;
  }

  @Override
  public String place() {
    return path.toString();
  }

  @Override
  public Architecture architecture() {
    return new Architecture.Dl4j(configuration);
  }

  @Override
  public String description() {
    return "read the network from "
        + path
        + ", a DL4J zip (untrusted format, read without Java deserialization); SHA-256 "
        + sha256;
  }

  @Override
  public Optional<String> remark() {
    if (leftOut.isEmpty()) {
      return Optional.empty();
    }
    boolean normalized = leftOut.stream().anyMatch(NORMALIZERS::contains);
    return Optional.of(
        InputErrors.oneLine(
            "ignored entries of "
                + path
                + ": "
                + InputErrors.shorten(String.join(", ", leftOut))
                + (normalized
                    ? "; its normalizer is not applied, data.normalization decides"
                    : "; the optimizer starts from its initial state")));
  }

  /** Reads a private copy, so that the hashed and checked bytes are the bytes used. */
  private static <T> T with(HadoopFiles files, Path path, Use<T> use) {
    try {
      return NoDeserialization.during(
          () -> {
            java.nio.file.Path copy = Files.createTempFile("centroid-", ".zip");
            try {
              String sha256 = copy(files, path, copy);
              try (ZipContents contents = ZipContents.open(path.toString(), copy.toFile())) {
                return use.of(contents, sha256);
              }
            } finally {
              Files.deleteIfExists(copy);
            }
          });
    } catch (RuntimeException e) {
      throw e;
    } catch (IOException e) {
      throw HadoopFiles.failure(path, e);
    } catch (Exception e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  private static String copy(HadoopFiles files, Path path, java.nio.file.Path copy)
      throws IOException {
    MessageDigest digest = Sha256.digest();
    try (InputStream in = files.open(path);
        OutputStream out = new DigestOutputStream(Files.newOutputStream(copy), digest)) {
      byte[] head = in.readNBytes(FileSignature.HEAD_BYTES);
      requireZip(path, head);
      out.write(head);
      BoundedRead.copy(path.toString(), in, out, MAX_ZIP_BYTES);
    }
    return Sha256.hex(digest);
  }

  private static void requireZip(Path path, byte[] head) {
    if (!FileSignature.isZip(head)) {
      throw InputErrors.of(
          path.toString(),
          "model.init-from",
          "a zip that DL4J's ModelSerializer wrote",
          FileSignature.of(head).orElse("something else"));
    }
  }
}
