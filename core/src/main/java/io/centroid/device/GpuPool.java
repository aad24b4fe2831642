package io.centroid.device;

import io.centroid.error.InputException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The GPUs of a JVM whose tasks no cluster manager assigns devices to. If there are more tasks than
 * GPUs, they wait in the order of their arrival. Thread-safe.
 */
public final class GpuPool implements DeviceAssignment {
  private final GpuReport report;
  private final BlockingQueue<Device> idle;

  /** Creates a pool of a report's devices. */
  public GpuPool(GpuReport report) {
    this.report = report;
    this.idle = new ArrayBlockingQueue<>(Math.max(1, report.gpus().size()), true);
    report.gpus().forEach(gpu -> idle.add(Device.cuda(gpu.address())));
  }

  /** The pool of this JVM, once it has found GPUs: a failure may pass. */
  private static @Nullable GpuPool ofThisJvm;

  /** The pool of all GPUs that this JVM sees, which all its trainings share. */
  public static synchronized GpuPool ofThisJvm() {
    GpuPool made = ofThisJvm;
    if (made == null) {
      made = new GpuPool(GpuReport.ofThisJvm("this process", Optional.empty()));
      ofThisJvm = made.size() > 0 ? made : null;
    }
    return made;
  }

  /** Where devices of a kind come from: GPUs are looked for when the first task needs one. */
  public static DeviceAssignment whenNeeded() {
    return new DeviceAssignment() {
      @Override
      public <T> T call(Device.Kind kind, Function<Device, T> work) {
        return kind == Device.Kind.CPU ? work.apply(Device.CPU) : ofThisJvm().call(kind, work);
      }
    };
  }

  /** What the pool consists of. */
  public GpuReport report() {
    return report;
  }

  /** Number of GPUs. */
  public int size() {
    return report.gpus().size();
  }

  /**
   * {@inheritDoc}
   *
   * @throws InputException if there are no GPUs
   */
  @Override
  public <T> T call(Device.Kind kind, Function<Device, T> work) {
    if (kind == Device.Kind.CPU) {
      return work.apply(Device.CPU);
    }
    if (report.gpus().isEmpty()) {
      throw new InputException(report.place() + ": no GPU can be used: " + report.absence());
    }
    Device device;
    try {
      device = idle.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a GPU", e);
    }
    try {
      return work.apply(device);
    } finally {
      idle.add(device);
    }
  }
}
