package io.centroid.checkpoint.safetensors;

import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.FileSignature;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The validated header of a safetensors file. Follows the format as published by Hugging Face
 * (github.com/huggingface/safetensors, "Format"): eight bytes of little-endian header length, a
 * JSON object, then the data; every byte of data belongs to exactly one tensor.
 *
 * @param dataStart offset of the data in bytes from the start of the file
 * @param tensors tensors in the order of their data
 * @param metadata free text pairs under {@code __metadata__}
 */
public record SafetensorsHeader(
    long dataStart, List<TensorInfo> tensors, Map<String, String> metadata) {
  /** Bytes of the length field before the JSON. */
  public static final int PREFIX_BYTES = 8;

  /** The longest JSON header that the format allows. */
  public static final int MAX_JSON_BYTES = 100_000_000;

  public SafetensorsHeader {
    tensors = List.copyOf(tensors);
    metadata = Map.copyOf(metadata);
  }

  /**
   * The length of the JSON header, from the first eight bytes of a file.
   *
   * @throws InputException if it is over 100 MB or reaches past the end of the file
   */
  public static int jsonBytes(String file, byte[] prefix, long fileLength) {
    if (fileLength < PREFIX_BYTES || prefix.length < PREFIX_BYTES) {
      throw InputErrors.of(
          file, "safetensors", "at least 8 bytes", Math.min(fileLength, prefix.length) + " bytes");
    }
    long declared = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    long most = Math.min(MAX_JSON_BYTES, fileLength - PREFIX_BYTES);
    if (declared < 0 || declared > most) {
      // Checked only here, since a valid header length may begin with the same bytes as a pickle.
      Optional<String> foreign = FileSignature.of(prefix);
      if (foreign.isPresent()) {
        throw InputErrors.of(file, "format", "safetensors", foreign.get());
      }
      throw InputErrors.of(
          file,
          "safetensors header length at byte 0",
          "at most " + most + " (file of " + fileLength + " bytes)",
          Long.toUnsignedString(declared));
    }
    return (int) declared;
  }

  /**
   * Parses and checks the JSON header of a file of the given length in bytes.
   *
   * @throws InputException if the header is invalid
   */
  public static SafetensorsHeader parse(String file, byte[] json, long fileLength) {
    long dataStart = (long) PREFIX_BYTES + json.length;
    long dataBytes = fileLength - dataStart;
    SafetensorsHeaderParser parser = new SafetensorsHeaderParser(file, dataBytes);
    parser.parse(json);
    List<TensorInfo> ordered =
        parser.tensors().stream()
            .sorted(Comparator.comparingLong(TensorInfo::begin).thenComparing(TensorInfo::end))
            .toList();
    requireEachByteOnce(file, ordered, dataBytes);
    return new SafetensorsHeader(dataStart, ordered, parser.metadata());
  }

  private static void requireEachByteOnce(String file, List<TensorInfo> ordered, long dataBytes) {
    long next = 0;
    for (TensorInfo tensor : ordered) {
      if (tensor.begin() != next) {
        throw InputErrors.of(
            file,
            "tensor " + InputErrors.quote(tensor.name()) + " begins",
            "data offset " + next + " (no overlap, no gap)",
            String.valueOf(tensor.begin()));
      }
      next = tensor.end();
    }
    if (next != dataBytes) {
      throw InputErrors.of(
          file, "data of all tensors", dataBytes + " bytes after the header", next + " described");
    }
  }
}
