package io.centroid.spark;

import io.centroid.optimize.InnerState;
import io.centroid.train.StateSlices;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the slices of a published state as they are asked for. */
final class SlicedStart implements StateSlices {
  private final RoundStart.Sliced start;
  private final BroadcastBlocks blocks;

  SlicedStart(RoundStart.Sliced start, BroadcastBlocks blocks) {
    this.start = start;
    this.blocks = blocks;
  }

  @Override
  public float[] parameters(int slice) {
    return read(RoundStart.PARAMETERS, slice);
  }

  @Override
  public @Nullable InnerState shared(int slice) {
    if (start.steps() == RoundStart.NONE_SHARED) {
      return null;
    }
    List<float[]> moments = new ArrayList<>();
    for (int i = 0; i < start.moments(); i++) {
      moments.add(read(RoundStart.MOMENT + i + "_", slice));
    }
    return new InnerState(start.steps(), moments);
  }

  private float[] read(String name, int slice) {
    int length = start.slicing().to(slice) - start.slicing().from(slice);
    return blocks.read(name + slice, length);
  }
}
