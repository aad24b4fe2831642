package io.centroid.device;

import java.util.function.Function;

/** Assigns devices to the tasks of a JVM: no two tasks have the same GPU at a time. */
public interface DeviceAssignment {
  /** Every task computes on the CPU; a GPU is an error. */
  DeviceAssignment CPU_ONLY =
      new DeviceAssignment() {
        @Override
        public <T> T call(Device.Kind kind, Function<Device, T> work) {
          if (kind != Device.Kind.CPU) {
            throw new IllegalStateException("no device of kind " + kind + " is assigned");
          }
          return work.apply(Device.CPU);
        }
      };

  /**
   * Runs a task's work on a device of this kind, which no other task has meanwhile.
   *
   * @throws io.centroid.error.InputException if the task has no such device
   */
  <T> T call(Device.Kind kind, Function<Device, T> work);
}
