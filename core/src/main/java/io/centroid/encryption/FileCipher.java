package io.centroid.encryption;

import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import io.centroid.error.InputException;
import io.centroid.io.ByteSource;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * The encryption of the files of one checkpoint, or {@link #NONE}: Tink's streaming AEAD with
 * segments of 16 KiB. The associated data of each file are run, step and file name, so that a file
 * is readable only in its place. It contains the data key: it is sent to tasks, and never stored.
 */
public final class FileCipher implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Files in plain form. */
  public static final FileCipher NONE = new FileCipher(null, "");

  static final int SEGMENT_BYTES = 1 << 14;

  private final @Nullable DataKey key;
  private final String checkpoint;

  private FileCipher(@Nullable DataKey key, String checkpoint) {
    this.key = key;
    this.checkpoint = checkpoint;
  }

  static FileCipher of(DataKey key, String runId, long step) {
    return new FileCipher(key, runId + "\n" + step + "\n");
  }

  /** Whether files are encrypted. */
  public boolean isOn() {
    return key != null;
  }

  /**
   * The content of a file as it is stored.
   *
   * @param name plain name of the file
   */
  public Storage.Content encrypting(String name, Storage.Content content) {
    DataKey data = key;
    if (data == null) {
      return content;
    }
    return out -> {
      try (WriteBehind stored = new WriteBehind(out);
          OutputStream plain =
              streaming(data, SEGMENT_BYTES).newEncryptingStream(stored, context(name))) {
        writeTo(plain, content, stored);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  private static void writeTo(OutputStream plain, Storage.Content content, WriteBehind stored)
      throws IOException {
    try {
      content.writeTo(plain);
    } catch (IOException | RuntimeException | Error e) {
      stored.abandon(); // Closing the stream would give a part of the content an authentic end.
      throw e;
    }
  }

  /**
   * The plain form of a file, to be read from its start to its end; {@link #requireEnd} proves that
   * all of it is authentic. The source stays open when it is closed.
   *
   * @param name plain name of the file
   * @throws InputException if the file has another length than when it was written
   */
  public ByteSource decrypting(String name, ByteSource source) throws IOException {
    DataKey data = key;
    if (data == null) {
      return new Unclosed(source);
    }
    try {
      if (source.length() >= AesGcmWarmUp.LARGE) {
        AesGcmWarmUp.ensure();
      }
      return new DecryptingSource(source, streaming(data, SEGMENT_BYTES), context(name));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads the rest of a source of {@link #decrypting}.
   *
   * @throws InputException if the file is not authentic or not complete
   */
  public static void requireEnd(ByteSource source) throws IOException {
    if (source instanceof DecryptingSource encrypted) {
      encrypted.requireEnd();
    }
  }

  /**
   * The plain content of a small file.
   *
   * @param file path of the file for messages
   * @param name plain name of the file
   * @throws InputException if it is not authentic
   */
  public byte[] decrypt(String file, String name, byte[] content) throws IOException {
    if (key == null) {
      return content;
    }
    try (ByteSource plain = decrypting(name, new MemorySource(file, content))) {
      byte[] bytes = new byte[Math.toIntExact(plain.length())];
      plain.read(0, bytes, bytes.length);
      requireEnd(plain);
      return bytes;
    }
  }

  private byte[] context(String name) {
    return (checkpoint + name).getBytes(StandardCharsets.UTF_8);
  }

  static AesGcmHkdfStreaming streaming(DataKey key, int segmentBytes)
      throws GeneralSecurityException {
    return new AesGcmHkdfStreaming(key.bytes(), "HmacSha256", WrappingKey.BYTES, segmentBytes, 0);
  }

  @Override
  public String toString() {
    return key == null ? "no encryption" : Encryption.SCHEME;
  }

  /** A source that its owner closes. */
  private record Unclosed(ByteSource source) implements ByteSource {
    @Override
    public String name() {
      return source.name();
    }

    @Override
    public long length() {
      return source.length();
    }

    @Override
    public void read(long position, byte[] into, int count) throws IOException {
      source.read(position, into, count);
    }

    @Override
    public void close() {}
  }

  private record MemorySource(String name, byte[] content) implements ByteSource {
    @Override
    public long length() {
      return content.length;
    }

    @Override
    public void read(long position, byte[] into, int count) {
      System.arraycopy(content, Math.toIntExact(position), into, 0, count);
    }

    @Override
    public void close() {}
  }
}
