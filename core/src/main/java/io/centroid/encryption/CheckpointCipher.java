package io.centroid.encryption;

import org.jspecify.annotations.Nullable;

/**
 * The encryption of a checkpoint that is being written, with a data key of its own.
 *
 * @param encryption what the manifest says of it; null if the files are not encrypted
 */
public record CheckpointCipher(FileCipher files, @Nullable Encryption encryption) {
  /** No encryption. */
  public static final CheckpointCipher NONE = new CheckpointCipher(FileCipher.NONE, null);
}
