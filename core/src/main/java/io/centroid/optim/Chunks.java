package io.centroid.optim;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.ParameterLayout.Role;
import io.centroid.nn.kernels.ThreadTeam;

/**
 * A flat vector cut into pieces of a few thousand values, which a processor's cache holds; none
 * belongs to two tensors.
 */
final class Chunks {
  /** Longest piece. */
  static final int LENGTH = 4096;

  /** A piece: its first value, its length, and what it belongs to. */
  record Chunk(long from, int length, Role role) {}

  private final Chunk[] chunks;

  Chunks(ParameterLayout layout) {
    int count = 0;
    for (Entry entry : layout.entries()) {
      count += Math.toIntExact((entry.size() + LENGTH - 1) / LENGTH);
    }
    this.chunks = new Chunk[count];
    int next = 0;
    for (Entry entry : layout.entries()) {
      long end = entry.offset() + entry.size();
      for (long from = entry.offset(); from < end; from += LENGTH) {
        chunks[next++] = new Chunk(from, (int) Math.min(LENGTH, end - from), entry.role());
      }
    }
  }

  int count() {
    return chunks.length;
  }

  /** Work on a piece. */
  interface Work {
    /** Called with the piece's number, and that of the thread that works on it. */
    void on(int number, Chunk chunk, int thread);
  }

  /** Shares the pieces over the threads. */
  void forEach(ThreadTeam team, Work work) {
    team.run(
        thread -> {
          int to = ThreadTeam.share(chunks.length, thread + 1, team.size());
          for (int i = ThreadTeam.share(chunks.length, thread, team.size()); i < to; i++) {
            work.on(i, chunks[i], thread);
          }
        });
  }
}
