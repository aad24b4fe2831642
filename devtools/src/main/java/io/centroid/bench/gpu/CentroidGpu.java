package io.centroid.bench.gpu;

import io.centroid.bench.Spread;
import io.centroid.device.Device;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Centroid's engine torch in this JVM. */
public final class CentroidGpu implements GpuSystem {
  private final Device device;
  private @Nullable GpuCase prepared;
  private @Nullable GpuTraining training;

  public CentroidGpu(Device device) {
    this.device = device;
  }

  @Override
  public String name() {
    return "centroid";
  }

  @Override
  public double run(GpuCase what) throws NotMeasuredException {
    try {
      GpuTraining ready = training;
      if (ready == null || !what.equals(prepared)) {
        close();
        ready = GpuTraining.prepare(what, device);
        training = ready;
        prepared = what;
      }
      List<Double> millis = new ArrayList<>();
      for (int i = 0; i < what.steps(); i++) {
        millis.add(ready.step());
      }
      return Spread.of(millis).median();
    } catch (OutOfMemoryError e) {
      close();
      throw NotMeasuredException.of(e);
    }
  }

  @Override
  public void close() {
    if (training != null) {
      training.close();
    }
    training = null;
  }
}
