package io.centroid.spark;

import io.centroid.data.Batch;
import io.centroid.device.Device;
import io.centroid.device.GpuBackend;
import io.centroid.nn.Architecture;
import io.centroid.nn.Learner;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.kernels.FloatVector;
import io.centroid.nn.kernels.ThreadTeam;
import io.centroid.torch.TorchEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * An engine for rehearsals of scheduling: it computes by LibTorch on the CPU, says that it computes
 * on GPUs, and records which device each computation had, and when.
 *
 * @param folder existing folder of the records, one file per process
 * @param capability compute capability for which it says to have code
 */
record RehearsalEngine(Device.Kind device, String folder, int capability)
    implements LearnerFactory {
  private static final TorchEngine TORCH = new TorchEngine(Device.Kind.CPU);

  /** What each learner on a device reports as its peak memory. */
  static final long PEAK_BYTES = 3L << 29;

  private static final long LEAST_NANOS = 10_000_000;

  /**
   * A computation on a device.
   *
   * @param machine working folder of the Worker
   * @param start in nanoseconds, comparable between the processes of this machine
   */
  record Computation(String machine, String address, long start, long end) {
    static Computation parse(String line) {
      String[] parts = line.split(" ");
      return new Computation(
          parts[0], parts[1], Long.parseLong(parts[2]), Long.parseLong(parts[3]));
    }
  }

  @Override
  public String name() {
    return "rehearsal";
  }

  @Override
  public boolean supports(Architecture architecture) {
    return TORCH.supports(architecture);
  }

  @Override
  public Learner create(NetworkSpec spec) {
    return create(spec, Device.CPU);
  }

  @Override
  public Learner create(NetworkSpec spec, Device on) {
    return new Recorded(TORCH.create(spec), on, Path.of(folder));
  }

  @Override
  public Optional<LearnerFactory> on(Device.Kind kind) {
    return Optional.of(new RehearsalEngine(kind, folder, capability));
  }

  @Override
  public Optional<GpuBackend> gpus() {
    return Optional.of(new GpuBackend("the rehearsal", List.of(capability), 580));
  }

  @Override
  public ParameterLayout layout(NetworkSpec spec) {
    return TORCH.layout(spec);
  }

  @Override
  public Optional<String> linearOutput(NetworkSpec spec) {
    return TORCH.linearOutput(spec);
  }

  @Override
  public Map<String, String> versions() {
    return Map.of("engine", name());
  }

  private record Recorded(Learner learner, Device on, Path folder) implements Learner {
    @Override
    public ParameterLayout layout() {
      return learner.layout();
    }

    @Override
    public FloatVector parameters() {
      return learner.parameters();
    }

    @Override
    public FloatVector gradient() {
      return learner.gradient();
    }

    @Override
    public double gradient(Batch batch, long dropoutSeed) {
      return recorded(() -> learner.gradient(batch, dropoutSeed));
    }

    @Override
    public ThreadTeam team() {
      return learner.team();
    }

    @Override
    public long peakDeviceBytes() {
      return on.kind() == Device.Kind.CPU ? 0 : PEAK_BYTES;
    }

    @Override
    public int outputs() {
      return learner.outputs();
    }

    @Override
    public float[] predict(Batch batch) {
      return recorded(() -> learner.predict(batch));
    }

    @Override
    public void close() {
      learner.close();
    }

    private <T> T recorded(Supplier<T> computation) {
      if (on.kind() == Device.Kind.CPU) {
        return computation.get();
      }
      long start = System.nanoTime();
      T result = computation.get();
      // Long enough for tasks of one device to overlap, if they were scheduled so.
      LockSupport.parkNanos(LEAST_NANOS);
      // An executor runs in WORK/APPLICATION/NUMBER.
      Path machine = Path.of("../..").toAbsolutePath().normalize();
      String line = "%s %s %d %d%n".formatted(machine, on.address(), start, System.nanoTime());
      try {
        Files.writeString(
            folder.resolve(ProcessHandle.current().pid() + ".txt"),
            line,
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return result;
    }
  }
}
