package io.centroid.io;

import java.util.Optional;

/**
 * Formats that models of other programs come in and that are never read as a model, known by their
 * first bytes. Kryo's has no mark: its bytes are refused as whatever else was expected.
 */
public final class FileSignature {
  /** How many first bytes tell. */
  public static final int HEAD_BYTES = 8;

  private FileSignature() {}

  /** What a file that begins so holds; empty if it is none of these formats. */
  public static Optional<String> of(byte[] head) {
    if (starts(head, 0xAC, 0xED, 0x00, 0x05)) {
      return Optional.of("Java-serialized objects, which run code when they are read: never read");
    }
    if (isZip(head)) {
      return Optional.of("a zip");
    }
    if (starts(head, 0x80) && head.length > 1 && head[1] >= 2 && head[1] <= 5) {
      return Optional.of(
          "a pickle, which runs code when it is loaded: convert it where you trust it, with"
              + " safetensors' save_file or transformers' save_pretrained(...,"
              + " safe_serialization=True)");
    }
    if (starts(head, 0x89, 'H', 'D', 'F')) {
      return Optional.of("HDF5, as Keras writes it");
    }
    if (starts(head, 0x1F, 0x8B)) {
      return Optional.of("gzip");
    }
    return Optional.empty();
  }

  /** Whether a file that begins so is a zip with entries. */
  public static boolean isZip(byte[] head) {
    return starts(head, 'P', 'K', 3, 4);
  }

  private static boolean starts(byte[] head, int... mark) {
    if (head.length < mark.length) {
      return false;
    }
    for (int i = 0; i < mark.length; i++) {
      if ((head[i] & 0xFF) != mark[i]) {
        return false;
      }
    }
    return true;
  }
}
