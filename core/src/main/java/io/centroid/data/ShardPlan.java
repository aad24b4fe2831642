package io.centroid.data;

import io.centroid.random.Seed;
import java.util.ArrayList;
import java.util.List;

/**
 * The assignment of a range of units (records of an IDX file, bytes of a CSV file) to workers in
 * blocks. Each group of one block per worker has its own permutation, so that a file sorted by
 * class is mixed over all workers while each still reads long ranges. The remainder is split into
 * nearly equal blocks: shards differ by at most one unit.
 *
 * <p>The plan depends only on (seed, workers, total, unit size), and every unit belongs to exactly
 * one shard. Immutable.
 */
public final class ShardPlan {
  private static final long LARGEST_BLOCK_BYTES = 1 << 20;

  /** Target number of blocks per worker, so that each shard samples the whole file. */
  private static final long BLOCKS_PER_WORKER = 32;

  private final long seed;
  private final int workers;
  private final long total;
  private final long blockUnits;

  /** Units from {@code from} to {@code to}, exclusive. */
  public record Range(long from, long to) {

    /** Number of units. */
    public long size() {
      return to - from;
    }
  }

  /**
   * @param total number of units
   * @param unitBytes size of one unit in the file, in bytes
   */
  public ShardPlan(long seed, int workers, long total, long unitBytes) {
    if (workers < 1 || total < 0 || unitBytes < 1) {
      throw new IllegalArgumentException(
          "workers " + workers + ", total " + total + ", unitBytes " + unitBytes);
    }
    this.seed = seed;
    this.workers = workers;
    this.total = total;
    long bySize = LARGEST_BLOCK_BYTES / unitBytes;
    long byCount = total / (workers * BLOCKS_PER_WORKER);
    this.blockUnits = Math.max(1, Math.min(bySize, byCount));
  }

  /** The units of one worker, ascending; adjacent ranges are merged. */
  public List<Range> ranges(int worker) {
    if (worker < 0 || worker >= workers) {
      throw new IllegalArgumentException("worker " + worker + " of " + workers);
    }
    long groupUnits = blockUnits * workers;
    long groups = total / groupUnits;
    List<Range> ranges = new ArrayList<>();
    int[] blocks = new int[workers];
    for (long group = 0; group < groups; group++) {
      long from = group * groupUnits + blockOf(worker, group, blocks) * blockUnits;
      append(ranges, from, from + blockUnits);
    }
    long rest = total - groups * groupUnits;
    long block = blockOf(worker, groups, blocks);
    long smaller = rest / workers;
    long larger = rest % workers;
    long from = groups * groupUnits + block * smaller + Math.min(block, larger);
    append(ranges, from, from + smaller + (block < larger ? 1 : 0));
    return ranges;
  }

  /** The worker's block of the group, by a Fisher-Yates shuffle. */
  private long blockOf(int worker, long group, int[] blocks) {
    long state = Seed.of(seed, Seed.Purpose.SHARDING, group);
    for (int i = 0; i < workers; i++) {
      int j = (int) (Seed.unit(Seed.mix(state + i)) * (i + 1));
      blocks[i] = blocks[j];
      blocks[j] = i;
    }
    return blocks[worker];
  }

  private static void append(List<Range> ranges, long from, long to) {
    if (from == to) {
      return;
    }
    int last = ranges.size() - 1;
    if (last >= 0 && ranges.get(last).to() == from) {
      ranges.set(last, new Range(ranges.get(last).from(), to));
    } else {
      ranges.add(new Range(from, to));
    }
  }
}
