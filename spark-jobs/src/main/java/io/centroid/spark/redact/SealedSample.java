package io.centroid.spark.redact;

import io.centroid.data.corpus.Staging;
import io.centroid.data.texts.StrictReader;
import io.centroid.encryption.CheckpointCipher;
import io.centroid.encryption.Encryption;
import io.centroid.encryption.EncryptionKey;
import io.centroid.encryption.FileCipher;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Json;
import io.centroid.io.Sha256;
import io.centroid.io.Utf8;
import io.centroid.io.decoding.TextEncoding;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * The file of a review sample. Its first line is the {@link Encryption} with the wrapped data key.
 * Each other line has a name, and base64 of an encrypted JSON object: the second is the {@link
 * Seal}, the others are documents, encrypted by the tasks which read them.
 */
public final class SealedSample {
  /** File name of the sample in the output. */
  public static final String FILE = "_sample.sealed";

  /** Characters of a line: base64 of a document twice, each character of which may be escaped. */
  private static final int LONGEST_LINE = 1 << 20;

  private static final String SEAL = "seal";
  private static final char SEPARATOR = ' ';

  /**
   * What the documents of a sample are.
   *
   * @param documents number of documents
   * @param sha256 SHA-256 of their lines, in order
   */
  private record Seal(int documents, String sha256) {}

  private SealedSample() {}

  /** A cipher with a new data key. */
  static CheckpointCipher cipher(SampleSettings settings, Configuration hadoop) {
    return EncryptionKey.of(SampleSettings.KEY, settings.key(), hadoop)
        .newCipher(Encryption.newRunId(), 0);
  }

  /**
   * A document's line, without a line end.
   *
   * @param place name of the line; the documents are sorted by it
   */
  static String line(FileCipher cipher, String place, String json) throws IOException {
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    cipher
        .encrypting(name(place), out -> out.write(json.getBytes(StandardCharsets.UTF_8)))
        .writeTo(sealed);
    return place + SEPARATOR + Base64.getEncoder().encodeToString(sealed.toByteArray());
  }

  /**
   * Writes the file.
   *
   * @param cipher cipher of the documents
   * @param parts names of files with the lines of each task, sorted
   * @param size maximum number of documents
   * @return number of documents
   */
  static int write(
      Staging staging, Encryption encryption, FileCipher cipher, List<String> parts, int size)
      throws IOException {
    TreeMap<String, String> chosen = new TreeMap<>();
    for (String part : parts) {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(
                  staging.fileSystem().open(staging.path(part)), StandardCharsets.US_ASCII))) {
        lines.lines().forEach(line -> chosen.put(line.substring(0, line.indexOf(SEPARATOR)), line));
      }
      while (chosen.size() > size) {
        chosen.pollLastEntry();
      }
    }
    MessageDigest digest = Sha256.digest();
    chosen.values().forEach(line -> digest.update(bytes(line)));
    Seal seal = new Seal(chosen.size(), Sha256.hex(digest));
    try (OutputPart file = new OutputPart(staging, FILE, FILE, false)) {
      file.write(Json.line(encryption) + '\n');
      file.write(line(cipher, SEAL, Json.line(seal)) + '\n');
      chosen.values().forEach(line -> file.write(line + '\n'));
      file.publish();
    }
    return chosen.size();
  }

  /**
   * The JSON objects of a sample.
   *
   * @param key reference to the key
   * @throws InputException if the key is another one, or a document was altered, removed, added or
   *     moved
   */
  public static List<String> open(HadoopFiles files, String file, String key) {
    EncryptionKey.of(SampleSettings.KEY, key, files.configuration()); // Its errors name the option.
    HadoopFiles withKey = files.with(Map.of(EncryptionKey.PROPERTY, key));
    try (StrictReader lines =
        new StrictReader(file, files.open(files.path(file)), TextEncoding.UTF_8)) {
      String encryption = lines.line(1, LONGEST_LINE);
      String seal = lines.line(2, LONGEST_LINE);
      if (encryption == null || seal == null || !seal.startsWith(SEAL + SEPARATOR)) {
        throw new InputException(file + ": expected a sealed sample");
      }
      FileCipher cipher =
          Json.read(file, bytes(encryption), Encryption.class)
              .cipher(0, file, withKey.configuration());
      Seal sealed = Json.read(file, bytes(open(file + ": line 2", cipher, seal)), Seal.class);
      return documents(file, lines, cipher, sealed);
    }
  }

  private static List<String> documents(
      String file, StrictReader lines, FileCipher cipher, Seal sealed) {
    List<String> opened = new ArrayList<>();
    MessageDigest digest = Sha256.digest();
    int number = 3;
    String line = lines.line(number, LONGEST_LINE);
    while (line != null && opened.size() <= sealed.documents()) {
      opened.add(open(file + ": line " + number, cipher, line));
      digest.update(bytes(line));
      line = lines.line(++number, LONGEST_LINE);
    }
    if (opened.size() != sealed.documents() || !Sha256.hex(digest).equals(sealed.sha256())) {
      throw new InputException(
          file
              + ": expected the "
              + sealed.documents()
              + " documents that were sealed, in their order: some were removed, added or moved");
    }
    return opened;
  }

  /** With the end of a line. */
  private static byte[] bytes(String line) {
    return (line + '\n').getBytes(StandardCharsets.UTF_8);
  }

  private static String open(String where, FileCipher cipher, String line) {
    int end = line.indexOf(SEPARATOR);
    try {
      byte[] sealed = Base64.getDecoder().decode(line.substring(end + 1));
      byte[] json = cipher.decrypt(where, name(line.substring(0, Math.max(0, end))), sealed);
      return Utf8.strict(where, json);
    } catch (IllegalArgumentException e) {
      throw new InputException(where + ": expected a document of a sealed sample", e);
    } catch (IOException e) {
      throw new InputException(where + ": " + e.getMessage(), e);
    }
  }

  private static String name(String place) {
    return "sample-" + place;
  }
}
