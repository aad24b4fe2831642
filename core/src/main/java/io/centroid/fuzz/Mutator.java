package io.centroid.fuzz;

import io.centroid.RandomStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Damages inputs at random, with an eye to what they hold. Compressed data is mostly damaged inside
 * and compressed again, a safetensors header mostly such that its length stays right, so that
 * parsers are reached behind what guards them. The same seed gives the same damage.
 */
public final class Mutator {
  private static final int LONGEST = 1 << 16;
  private static final int MOST_DECOMPRESSED = 1 << 18;
  private static final int LENGTH_BYTES = 8;

  private final RandomStream random;
  private final ByteMutations binary;
  private final TextMutations text;

  public Mutator(long seed, List<String> dictionary) {
    this(new RandomStream(seed), TextMutations.words(dictionary));
  }

  private Mutator(RandomStream random, List<byte[]> words) {
    this.random = random;
    this.binary = new ByteMutations(random, LONGEST);
    this.text = new TextMutations(random, words);
  }

  /** For one input: as {@link #Mutator(long, List)}, with {@link #words} made once. */
  static Mutator of(long seed, List<byte[]> words) {
    return new Mutator(new RandomStream(seed), words);
  }

  static List<byte[]> words(List<String> dictionary) {
    return TextMutations.words(dictionary);
  }

  /** One of the seeds with one to three changes, of several parts in one or two of them. */
  public byte[] mutate(List<byte[]> seeds, List<PartFormat> formats) {
    byte[] seed = seeds.get(random.nextInt(seeds.size()));
    byte[] other = seeds.get(random.nextInt(seeds.size()));
    if (formats.size() == 1) {
      return mutate(seed, formats.get(0), other);
    }
    if (random.nextInt(100) == 0) {
      return mutate(seed, PartFormat.BINARY, other); // across the marks between parts
    }
    List<byte[]> parts = Parts.split(seed);
    List<byte[]> others = Parts.split(other);
    for (int count = random.nextInt(4) == 0 ? 2 : 1; count > 0; count--) {
      int part = random.nextInt(Math.min(parts.size(), formats.size()));
      byte[] beside = others.get(Math.min(part, others.size() - 1));
      parts.set(part, mutate(parts.get(part), formats.get(part), beside));
    }
    return Parts.join(parts);
  }

  /**
   * One to three changes.
   *
   * @param other from which pieces may be taken
   */
  public byte[] mutate(byte[] original, PartFormat format, byte[] other) {
    if (Gzip.is(original) && random.nextInt(4) > 0) {
      Optional<byte[]> content = Gzip.decompress(original, MOST_DECOMPRESSED);
      if (content.isPresent()) {
        byte[] within = Gzip.decompress(other, MOST_DECOMPRESSED).orElse(other);
        return Gzip.compress(mutate(content.get(), format, within));
      }
    }
    if (format == PartFormat.SAFETENSORS && random.nextInt(4) > 0 && original.length > 16) {
      return mutateHeader(original);
    }
    byte[] bytes = original;
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      bytes = bound(change(bytes, format, other), original.length);
    }
    return bytes;
  }

  private byte[] change(byte[] bytes, PartFormat format, byte[] other) {
    int ofText =
        switch (format) {
          case BINARY -> 1;
          case TEXT -> 6;
          case JSON -> 7;
          case SAFETENSORS -> 3;
        };
    return random.nextInt(10) < ofText ? text.change(bytes) : binary.change(bytes, other);
  }

  private static byte[] bound(byte[] bytes, int original) {
    int most = Math.max(LONGEST, 2 * original);
    return bytes.length > most ? Arrays.copyOf(bytes, most) : bytes;
  }

  /** Damages the JSON and keeps the length before it right. */
  private byte[] mutateHeader(byte[] file) {
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) Math.max(0, Math.min(buffer.getLong(), file.length - LENGTH_BYTES));
    byte[] header = Arrays.copyOfRange(file, LENGTH_BYTES, LENGTH_BYTES + length);
    header = mutate(header, PartFormat.JSON, header);
    return ByteBuffer.allocate(file.length - length + header.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(file, LENGTH_BYTES + length, file.length - LENGTH_BYTES - length)
        .array();
  }
}
