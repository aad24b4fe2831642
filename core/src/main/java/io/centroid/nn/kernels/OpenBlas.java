package io.centroid.nn.kernels;

import static org.bytedeco.openblas.global.openblas_nolapack.OPENBLAS_VERSION;
import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;

import io.centroid.error.NativeCode;
import io.centroid.error.WorkerFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.jspecify.annotations.Nullable;

/**
 * Configuration of OpenBLAS in this JVM: single-threaded, so that results do not depend on the
 * number of cores, and workers do not compete with OpenBLAS's threads.
 */
public final class OpenBlas {
  private OpenBlas() {}

  /**
   * The outcome of loading the native library, which a class initializer would report only once.
   */
  private static final class Library {
    static final @Nullable String FAILURE = load();

    private static @Nullable String load() {
      Optional<String> illegal = CpuKernels.unsupportedChoice();
      if (illegal.isPresent()) {
        return illegal.get();
      }
      try {
        useOneThread();
        return null;
      } catch (LinkageError e) {
        return NativeCode.explained(e).orElseGet(() -> "cannot load OpenBLAS: " + e.getMessage());
      }
    }
  }

  /**
   * Loads the native library; called before the classes that need it are initialized.
   *
   * @throws WorkerFailure if it cannot be loaded, or if the environment chooses kernels that the
   *     processor cannot run, each time
   */
  public static void require() {
    if (Library.FAILURE != null) {
      throw new WorkerFailure(Library.FAILURE);
    }
  }

  /** Sets OpenBLAS to one thread; loads the native library if necessary. */
  public static void useOneThread() {
    blas_set_num_threads(1);
  }

  /** Versions of the libraries, the platform, and the kernels in use. */
  public static Map<String, String> versions() {
    return Map.of(
        "blas", OPENBLAS_VERSION.strip().toLowerCase(Locale.ROOT) + " " + kernels(),
        "javacpp", javacpp(),
        "platform", Loader.getPlatform(),
        "java", Runtime.version().toString());
  }

  private static String javacpp() {
    try {
      return Loader.getVersion();
    } catch (IOException e) {
      return "unknown";
    }
  }

  /**
   * The kernels in use. If the library does not show them, those that the environment chooses, or
   * the CPU features by which OpenBLAS chooses them.
   */
  static String kernels() {
    Optional<CpuKernels> used = Library.FAILURE == null ? CpuKernels.inUse() : Optional.empty();
    return used.map(CpuKernels::name)
        .orElseGet(
            () -> {
              String chosen = System.getenv(CpuKernels.VARIABLE);
              return chosen != null ? chosen : instructions();
            });
  }

  private static String instructions() {
    try {
      return instructions(Files.readAllLines(Path.of("/proc/cpuinfo")));
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** The vendor and the features by which OpenBLAS distinguishes CPUs, from /proc/cpuinfo. */
  static String instructions(List<String> cpuinfo) {
    List<String> flags = words(cpuinfo, "flags");
    String features =
        Stream.of("amx_bf16", "avx512_bf16", "avx512f", "avx2", "avx")
            .filter(flags::contains)
            .findFirst()
            .orElse("generic");
    List<String> vendor = words(cpuinfo, "vendor_id");
    return vendor.isEmpty() ? features : features + " " + vendor.get(vendor.size() - 1);
  }

  /** The words of the first line that begins with a key; none if there is no such line. */
  static List<String> words(List<String> cpuinfo, String key) {
    return cpuinfo.stream()
        .filter(line -> line.startsWith(key))
        .findFirst()
        .map(line -> List.of(line.split("\\s+")))
        .orElse(List.of());
  }
}
