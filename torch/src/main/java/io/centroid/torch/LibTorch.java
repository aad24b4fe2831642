package io.centroid.torch;

import io.centroid.device.GpuBackend;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.NativeCode;
import io.centroid.memory.OutOfMemory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * LibTorch in this JVM, set to deterministic algorithms: results of one build on one kind of
 * processor or card are bitwise identical. It is optional: its jars lie apart from the job jar.
 */
final class LibTorch {
  /** Version of the JavaCPP preset, such as 2.10.0-1.5.13. */
  static final String VERSION = version();

  /**
   * What the build for CUDA has code for: its {@code NVCC architecture flags}. CUDA 13 needs driver
   * 580 (CUDA Toolkit release notes, "CUDA toolkit and corresponding driver versions").
   */
  static final GpuBackend GPUS =
      new GpuBackend(
          "LibTorch " + VERSION.replaceFirst("-.*", "") + " for CUDA 13.1",
          List.of(75, 80, 90, 100, 120),
          580);

  private static final Pattern INSTRUCTIONS = Pattern.compile("CPU capability usage: (\\S+)");

  private LibTorch() {}

  /** The outcome of loading the library, which a class initializer would report only once. */
  private static final class Library {
    static final @Nullable String FAILURE = load();

    private static @Nullable String load() {
      try {
        Context context = torch.globalContext();
        context.setDeterministicAlgorithms(true, false);
        // Deterministic algorithms would fill every new tensor with NaN.
        context.setDeterministicFillUninitializedMemory(false);
        context.setBenchmarkCuDNN(false);
        context.setAllowTF32CuBLAS(false);
        context.setAllowTF32CuDNN(false);
        return null;
      } catch (LinkageError | TypeNotPresentException e) {
        return NativeCode.explained(e)
            .orElse(
                "the engine torch needs LibTorch: the jars of lib/torch are not on the class path"
                    + " (executors: spark.executor.extraClassPath)");
      }
    }
  }

  /** Whether the build for CUDA is on the class path. */
  static boolean isBuiltForGpus() {
    return LibTorch.class
            .getClassLoader()
            .getResource("org/bytedeco/pytorch/linux-x86_64-gpu/libtorch_cuda.so")
        != null;
  }

  /** Why the library cannot use the GPUs of this JVM; empty if it can. */
  static Optional<String> gpuObstacle() {
    if (Library.FAILURE != null) {
      return Optional.of(Library.FAILURE);
    }
    return torch.cuda_device_count() > 0
        ? Optional.empty()
        : Optional.of(
            GPUS.library()
                + " finds none: its CUDA libraries or the driver's libcuda.so.1 are missing"
                + " (docs/gpu.md)");
  }

  /**
   * Requires that the library can be loaded.
   *
   * @throws InputException if it cannot
   */
  static void require() {
    if (Library.FAILURE != null) {
      throw new InputException(Library.FAILURE);
    }
  }

  /** The vector instructions that the library's own kernels use, such as AVX512. */
  static String instructions() {
    require();
    Matcher line = INSTRUCTIONS.matcher(torch.show_config().getString());
    return line.find() ? line.group(1) : "unknown";
  }

  /**
   * Calls the library. Its message has many lines: a stack trace of native code follows the first.
   *
   * @throws OutOfMemoryError if the device or the host has too little memory
   * @throws InternalError if the GPU failed, after which CUDA refuses all calls of the process: an
   *     executor ends at this error, and Spark starts another
   * @throws IllegalStateException if the library fails otherwise
   */
  static <T> T call(Supplier<T> body) {
    try {
      return body.get();
    } catch (RuntimeException e) {
      if (e.getClass() != RuntimeException.class) {
        throw e;
      }
      String message = String.valueOf(e.getMessage());
      String line =
          "LibTorch: " + InputErrors.oneLine(message.lines().findFirst().orElse("no message"));
      if (OutOfMemory.isOfDevice(e) || message.contains("can't allocate memory")) {
        throw (OutOfMemoryError) new OutOfMemoryError(line).initCause(e);
      }
      if (message.contains("CUDA error")) {
        throw (InternalError)
            new InternalError(line + " (this process cannot use the GPU any more)").initCause(e);
      }
      throw new IllegalStateException(line, e);
    }
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream stream = LibTorch.class.getResourceAsStream("versions.properties")) {
      properties.load(
          Objects.requireNonNull(stream, "versions.properties is not on the class path"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("pytorch");
  }
}
