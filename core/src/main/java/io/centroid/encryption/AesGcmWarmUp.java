package io.centroid.encryption;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;

/**
 * Has the JIT compiler replace AES-GCM by its intrinsics before a process encrypts or decrypts its
 * first large file. Compilation is a matter of calls, not of bytes, and the code before it is some
 * 20 times slower: short segments take a tenth of a second, those of the first 100 MB would take
 * half a second or more.
 */
final class AesGcmWarmUp {
  /** Length in bytes from which a file is large. */
  static final int LARGE = 1 << 20;

  private static final int SEGMENTS = 10_000;
  private static final int SEGMENT_BYTES = 128;

  private AesGcmWarmUp() {}

  /** Returns when this process is warm; only the first call takes time. */
  static void ensure() {
    Done.ensure();
  }

  /** Initialized once, by one thread; the others wait for it. */
  private static final class Done {
    static {
      byte[] segment = new byte[SEGMENT_BYTES];
      try (OutputStream out =
          FileCipher.streaming(DataKey.random(), SEGMENT_BYTES)
              .newEncryptingStream(OutputStream.nullOutputStream(), new byte[0])) {
        for (int i = 0; i < SEGMENTS; i++) {
          out.write(segment);
        }
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private static void ensure() {}
  }
}
