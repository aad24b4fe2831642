package io.centroid.dl4j.zip;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Reads an untrusted zip file by its central directory. Nothing is extracted to disk. An entry is
 * decoded on demand, up to a maximum length; its length and checksum must match the directory.
 */
final class ZipContents implements Closeable {
  private static final int MAX_ENTRIES = 100;
  private static final int MAX_NAME_LENGTH = 200;
  private static final Pattern PLAIN_NAME = Pattern.compile("[^/\\\\:\\p{Cntrl}]+");

  private final String name;
  private final ZipFile zip;
  private final Map<String, ZipEntry> entries = new LinkedHashMap<>();

  /** Parses the decoded bytes of an entry; must consume all of them. */
  interface Reader<T> {
    T read(InputStream in) throws IOException;
  }

  private ZipContents(String name, ZipFile zip) {
    this.name = name;
    this.zip = zip;
  }

  /**
   * Opens a zip file.
   *
   * @param name name of the file in messages
   * @throws InputException if the file is not a valid zip, or has duplicate or unsafe entry names
   */
  static ZipContents open(String name, File file) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(file);
    } catch (ZipException e) {
      throw InputErrors.of(name, "cannot be read as a zip: " + e.getMessage(), e);
    } catch (EOFException e) {
      throw InputErrors.of(
          name, "cannot be read as a zip: its central directory is not at the declared offset", e);
    } catch (IllegalArgumentException e) {
      throw InputErrors.of(name, "cannot be read as a zip: an entry name is not valid text", e);
    }
    ZipContents contents = new ZipContents(name, zip);
    try {
      contents.index();
      return contents;
    } catch (RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  private void index() {
    if (zip.size() > MAX_ENTRIES) {
      throw InputErrors.of(
          name, "zip", "at most " + MAX_ENTRIES + " entries", String.valueOf(zip.size()));
    }
    zip.stream()
        .forEach(
            entry -> {
              requirePlain(entry.getName());
              if (entries.put(entry.getName(), entry) != null) {
                throw InputErrors.of(
                    name, "entry " + InputErrors.quote(entry.getName()), "once", "a second one");
              }
            });
  }

  private void requirePlain(String entry) {
    String folder = entry.endsWith("/") ? entry.substring(0, entry.length() - 1) : entry;
    boolean plain = entry.length() <= MAX_NAME_LENGTH;
    for (String part : folder.split("/", -1)) {
      plain &= PLAIN_NAME.matcher(part).matches() && !part.equals(".") && !part.equals("..");
    }
    if (!plain) {
      throw InputErrors.of(
          name,
          "entry " + InputErrors.quote(entry),
          "a plain relative name of at most " + MAX_NAME_LENGTH + " characters",
          "an unsafe or invalid name");
    }
  }

  /** Entry names in the order of the central directory. */
  List<String> names() {
    return List.copyOf(entries.keySet());
  }

  boolean has(String entry) {
    return entries.containsKey(entry);
  }

  /**
   * Decodes an entry.
   *
   * @param maxBytes maximum number of decoded bytes, regardless of the declared length
   * @throws InputException if the entry is missing, longer, or does not match its declared length
   *     or checksum
   */
  <T> T read(String entryName, long maxBytes, Reader<T> reader) throws IOException {
    ZipEntry entry = entries.get(entryName);
    if (entry == null) {
      throw InputErrors.of(
          name,
          "entries",
          entryName + ", as DL4J's ModelSerializer writes it",
          InputErrors.shorten(entries.keySet().toString()));
    }
    if (entry.getSize() < 0 || entry.getSize() > maxBytes) {
      throw InputErrors.of(
          place(entryName),
          "length",
          "at most " + maxBytes + " bytes",
          entry.getSize() + " declared");
    }
    try (CheckedInputStream in =
        new CheckedInputStream(
            new BoundedStream(zip.getInputStream(entry), entry.getSize()), new CRC32())) {
      T value = reader.read(in);
      if (in.read() >= 0) {
        throw InputErrors.of(place(entryName), "has trailing bytes");
      }
      if (in.getChecksum().getValue() != entry.getCrc()) {
        throw InputErrors.of(
            place(entryName),
            "CRC-32",
            Long.toHexString(entry.getCrc()),
            Long.toHexString(in.getChecksum().getValue()));
      }
      return value;
    } catch (ZipException e) {
      throw InputErrors.of(place(entryName), "cannot be decoded: " + e.getMessage(), e);
    } catch (EOFException e) {
      throw InputErrors.of(place(entryName), "is truncated", e);
    }
  }

  /** Name of an entry in messages. */
  String place(String entry) {
    return name + "!" + entry;
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  /** Stream that fails unless it has exactly the declared length. */
  private static final class BoundedStream extends InputStream {
    private final InputStream in;
    private final long declared;
    private long left;

    BoundedStream(InputStream in, long declared) {
      this.in = in;
      this.declared = declared;
      this.left = declared;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0) {
        if (in.read() >= 0) {
          throw new ZipException("it is longer than the " + declared + " bytes declared");
        }
        return -1;
      }
      int count = in.read(into, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new ZipException(
            "it has " + (declared - left) + " of the " + declared + " bytes declared");
      }
      left -= count;
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
