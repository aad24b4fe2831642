package io.centroid.fuzz;

import io.centroid.RandomStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Damage that knows nothing of the format: bytes, integers of fixed widths, blocks. */
final class ByteMutations {
  private static final long[] INTERESTING = {
    0,
    1,
    -1,
    2,
    127,
    128,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    100_000_000,
    100_000_001
  };
  private static final int[] REPEATS = {2, 3, 10, 100, 1000, 10_000};
  private static final int KINDS = 13;

  private final RandomStream random;
  private final int longest;

  ByteMutations(RandomStream random, int longest) {
    this.random = random;
    this.longest = longest;
  }

  /**
   * One change.
   *
   * @param other another input of the same kind
   */
  byte[] change(byte[] bytes, byte[] other) {
    int at = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, at + random.nextInt(random.nextInt(8) == 0 ? 200 : 8));
    return switch (random.nextInt(KINDS)) {
      case 0 -> Splice.replace(bytes, at, to, new byte[0]);
      case 1 -> Splice.insert(bytes, at, Arrays.copyOfRange(bytes, at, to));
      case 2, 3 -> Splice.replace(bytes, at, Math.min(bytes.length, at + 1), someBytes(1));
      case 4 -> Splice.insert(bytes, at, someBytes(1 + random.nextInt(16)));
      case 5, 6 -> integer(bytes);
      case 7 -> nudged(bytes);
      case 8 -> flipped(bytes);
      case 9 -> spliced(bytes, other);
      case 10 -> random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : constant(bytes, at, to);
      case 11 -> repeated(bytes, at, to);
      default -> moved(bytes, at, to);
    };
  }

  /** Writes a number that breaks things over an integer of some width and order. */
  private byte[] integer(byte[] bytes) {
    int width = 1 << random.nextInt(4);
    if (bytes.length < width) {
      return bytes;
    }
    byte[] changed = bytes.clone();
    put(
        changed,
        place(bytes.length - width),
        width,
        INTERESTING[random.nextInt(INTERESTING.length)]);
    return changed;
  }

  /** Adds or takes a little from an integer of some width and order. */
  private byte[] nudged(byte[] bytes) {
    int width = 1 << random.nextInt(4);
    if (bytes.length < width) {
      return bytes;
    }
    byte[] changed = bytes.clone();
    int at = place(bytes.length - width);
    ByteBuffer field = ByteBuffer.allocate(Long.BYTES);
    field.put(Long.BYTES - width, bytes, at, width);
    put(changed, at, width, field.getLong(0) + random.nextInt(33) - 16);
    return changed;
  }

  /** Headers are what matters: half of the places are among the first bytes. */
  private int place(int last) {
    return random.nextInt((random.nextInt(2) == 0 ? Math.min(last, 24) : last) + 1);
  }

  private void put(byte[] bytes, int at, int width, long value) {
    ByteOrder order = random.nextInt(2) == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    byte[] all = ByteBuffer.allocate(Long.BYTES).order(order).putLong(value).array();
    System.arraycopy(all, order == ByteOrder.BIG_ENDIAN ? Long.BYTES - width : 0, bytes, at, width);
  }

  private byte[] flipped(byte[] bytes) {
    byte[] changed = bytes.clone();
    if (bytes.length > 0) {
      changed[place(bytes.length - 1)] ^= (byte) (1 << random.nextInt(8));
    }
    return changed;
  }

  private byte[] spliced(byte[] bytes, byte[] other) {
    int from = random.nextInt(other.length + 1);
    byte[] tail = Arrays.copyOfRange(other, from, other.length);
    return Splice.replace(bytes, random.nextInt(bytes.length + 1), bytes.length, tail);
  }

  private byte[] constant(byte[] bytes, int from, int to) {
    byte[] changed = bytes.clone();
    Arrays.fill(changed, from, to, (byte) (random.nextInt(2) == 0 ? 0 : 0xFF));
    return changed;
  }

  private byte[] repeated(byte[] bytes, int from, int to) {
    byte[] block = Arrays.copyOfRange(bytes, from, to);
    if (block.length == 0) {
      return bytes;
    }
    // Many repetitions are worth a try, but cost as much as hundreds of small inputs.
    int most = random.nextInt(50) == 0 ? REPEATS.length : 4;
    int times = REPEATS[random.nextInt(most)];
    int kept = Math.max(0, Math.min(times, (longest - bytes.length) / block.length));
    byte[] blocks = new byte[kept * block.length];
    for (int i = 0; i < kept; i++) {
      System.arraycopy(block, 0, blocks, i * block.length, block.length);
    }
    return Splice.insert(bytes, from, blocks);
  }

  private byte[] moved(byte[] bytes, int from, int to) {
    byte[] block = Arrays.copyOfRange(bytes, from, to);
    byte[] rest = Splice.replace(bytes, from, to, new byte[0]);
    return Splice.insert(rest, random.nextInt(rest.length + 1), block);
  }

  byte[] someBytes(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
