package io.centroid.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import io.centroid.nn.kernels.NativeMemory;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Optional;

/**
 * The machine and the process that would run the driver.
 *
 * @param environment environment variables
 * @param heap maximum heap of this JVM in bytes
 * @param nativeLimit limit of its native arrays in bytes; 0 if there is none
 * @param memory memory of the machine, or of its container, in bytes
 * @param cores number of cores for this process
 */
record Machine(
    Map<String, String> environment, long heap, long nativeLimit, long memory, int cores) {

  Machine {
    environment = Map.copyOf(environment);
  }

  static Machine current() {
    return new Machine(
        System.getenv(),
        Runtime.getRuntime().maxMemory(),
        NativeMemory.limitBytes(),
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize(),
        Runtime.getRuntime().availableProcessors());
  }

  /** The value of an environment variable; empty if it is not set. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }
}
