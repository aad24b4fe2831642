package io.centroid.io;

import java.util.Optional;

/**
 * Signatures (magic numbers) of foreign model formats, which are never loaded. Kryo has no
 * signature; its bytes are rejected as invalid content.
 */
public final class FileSignature {
  /** Number of leading bytes to check. */
  public static final int HEAD_BYTES = 8;

  private FileSignature() {}

  /** The foreign format of a file by its first bytes; empty if it is none. */
  public static Optional<String> of(byte[] head) {
    if (starts(head, 0xAC, 0xED, 0x00, 0x05)) {
      return Optional.of(
          "Java-serialized objects, which run code when they are deserialized: never read");
    }
    if (isZip(head)) {
      return Optional.of("a zip file");
    }
    if (starts(head, 0x80) && head.length > 1 && head[1] >= 2 && head[1] <= 5) {
      return Optional.of(
          "a pickle, which runs code when it is loaded: if you trust it, convert it with"
              + " safetensors' save_file or transformers' save_pretrained(...,"
              + " safe_serialization=True)");
    }
    if (starts(head, 0x89, 'H', 'D', 'F')) {
      return Optional.of("HDF5, as Keras writes it");
    }
    if (starts(head, 'G', 'G', 'U', 'F')) {
      return Optional.of("GGUF, as llama.cpp reads it");
    }
    if (starts(head, 0x1F, 0x8B)) {
      return Optional.of("gzip");
    }
    return Optional.empty();
  }

  /** Whether the first bytes are those of a zip file with entries. */
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
