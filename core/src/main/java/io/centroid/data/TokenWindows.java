package io.centroid.data;

import io.centroid.io.ArrayGrowth;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Token ids with one window per example: either {@code width} consecutive ids of a long text (the
 * last is only a target), or a separate short text. Ids up to 65,535 take two bytes. Immutable.
 */
public final class TokenWindows implements Features {
  private static final long serialVersionUID = 1L;

  private final char @Nullable [] narrow;
  private final int @Nullable [] wide;
  private final int width;
  private final int[] starts;
  private final int @Nullable [] lengths;
  private final boolean[] shiftable;
  private final int shift;

  private TokenWindows(
      char @Nullable [] narrow,
      int @Nullable [] wide,
      int width,
      int[] starts,
      int @Nullable [] lengths,
      boolean[] shiftable,
      int shift) {
    this.narrow = narrow;
    this.wide = wide;
    this.width = width;
    this.starts = starts;
    this.lengths = lengths;
    this.shiftable = shiftable;
    this.shift = shift;
  }

  /** Number of ids. */
  @Override
  public int length() {
    return narrow != null ? narrow.length : wide != null ? wide.length : 0;
  }

  /** Maximum number of ids per example. */
  public int width() {
    return width;
  }

  /**
   * The same text with each window of a long text shifted forward by {@code by} ids, less than a
   * window; the last window of each span stays.
   */
  TokenWindows shifted(int by) {
    return new TokenWindows(narrow, wide, width, starts, lengths, shiftable, by);
  }

  /**
   * Writes an example's ids to {@code into[offset..]}, zero-padded to {@link #width}.
   *
   * @return number of ids
   */
  int copy(int example, int[] into, int offset) {
    int start = starts[example] + (shiftable[example] ? shift : 0);
    int length = lengths == null ? width : lengths[example];
    if (wide != null) {
      System.arraycopy(wide, start, into, offset, length);
    } else if (narrow != null) {
      for (int i = 0; i < length; i++) {
        into[offset + i] = narrow[start + i];
      }
    }
    Arrays.fill(into, offset + length, offset + width, 0);
    return length;
  }

  /** Collects windows; not thread-safe. */
  static final class Builder {
    private static final int LARGEST_NARROW = Character.MAX_VALUE;

    private final int width;
    private char[] narrow = new char[1024];
    private int @Nullable [] wide;
    private int tokens;
    private int[] starts = new int[64];
    private int[] lengths = new int[64];
    private boolean[] shiftable = new boolean[64];
    private boolean texts;
    private int count;

    Builder(int width) {
      this.width = width;
    }

    /**
     * Adds a span of a long text: windows of {@code width} ids, each of which begins with the last
     * id of the previous one. The remainder is dropped.
     *
     * @return number of windows
     */
    int addSpan(int[] ids, int length) {
      int step = width - 1;
      int windows = (length - 1) / step;
      if (windows < 1) {
        return 0;
      }
      int base = append(ids, windows * step + 1);
      for (int i = 0; i < windows; i++) {
        window(base + i * step, width, i < windows - 1);
      }
      return windows;
    }

    /** Adds a separate text of at most {@code width} ids. */
    void addText(int[] ids, int length) {
      texts = true;
      window(append(ids, length), length, false);
    }

    TokenWindows build() {
      return new TokenWindows(
          wide == null ? Arrays.copyOf(narrow, tokens) : null,
          wide == null ? null : Arrays.copyOf(wide, tokens),
          width,
          Arrays.copyOf(starts, count),
          texts ? Arrays.copyOf(lengths, count) : null,
          Arrays.copyOf(shiftable, count),
          0);
    }

    private void window(int start, int length, boolean mayShift) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, ArrayGrowth.grown(count, count + 1L));
        lengths = Arrays.copyOf(lengths, ArrayGrowth.grown(count, count + 1L));
        shiftable = Arrays.copyOf(shiftable, ArrayGrowth.grown(count, count + 1L));
      }
      starts[count] = start;
      lengths[count] = length;
      shiftable[count++] = mayShift;
    }

    /** Returns the start of the ids. */
    private int append(int[] ids, int length) {
      int from = tokens;
      reserve(length);
      for (int i = 0; i < length; i++) {
        int id = ids[i];
        if (wide == null && id > LARGEST_NARROW) {
          widen();
        }
        if (wide != null) {
          wide[from + i] = id;
        } else {
          narrow[from + i] = (char) id;
        }
        tokens++;
      }
      return from;
    }

    private void reserve(int length) {
      int room = wide == null ? narrow.length : wide.length;
      long needed = (long) tokens + length;
      if (needed <= room) {
        return;
      }
      Examples.requireRoom(needed, count, "tokens");
      int grown = ArrayGrowth.grown(room, needed);
      if (wide == null) {
        narrow = Arrays.copyOf(narrow, grown);
      } else {
        wide = Arrays.copyOf(wide, grown);
      }
    }

    private void widen() {
      int[] values = new int[narrow.length];
      for (int i = 0; i < tokens; i++) {
        values[i] = narrow[i];
      }
      wide = values;
      narrow = new char[0];
    }
  }
}
