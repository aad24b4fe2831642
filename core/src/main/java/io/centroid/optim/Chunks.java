package io.centroid.optim;

import io.centroid.nn.ParameterLayout;
import io.centroid.nn.ParameterLayout.Entry;
import io.centroid.nn.ParameterLayout.Role;
import io.centroid.nn.kernels.ThreadTeam;

/** Splits a flat vector into chunks that fit into the CPU cache. No chunk spans two tensors. */
final class Chunks {
  /** Maximum number of values per chunk. */
  static final int LENGTH = 4096;

  /** A chunk: offset of its first value, length, and role of its tensor. */
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

  /** The work on a chunk. */
  interface Work {
    /** Processes a chunk, given its index and the index of the calling thread. */
    void on(int number, Chunk chunk, int thread);
  }

  /** Processes all chunks, divided among the threads. */
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
