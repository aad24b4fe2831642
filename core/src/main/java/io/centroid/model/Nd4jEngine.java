package io.centroid.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * ND4J's native library in this JVM. Each worker computes on one thread: the bits of a sum then do
 * not depend on the machine's cores, and workers, not OpenMP, fill them.
 */
public final class Nd4jEngine {
  private Nd4jEngine() {}

  private static final class Prepared {
    static final Map<String, String> VERSIONS = load();
  }

  /** Loads the native library once and sets it to one thread. */
  public static void prepare() {
    versions();
  }

  /**
   * What must be equal for two runs to end with the same bits: library, build, and the vector
   * instructions by which OpenBLAS chooses its kernels.
   */
  public static Map<String, String> versions() {
    return Prepared.VERSIONS;
  }

  private static Map<String, String> load() {
    Properties environment = Nd4j.getExecutioner().getEnvironmentInformation();
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    openblas_nolapack.blas_set_num_threads(1);
    Map<String, String> versions = new TreeMap<>();
    versions.put("engine", "nd4j " + version());
    versions.put("backend", String.valueOf(environment.get("backend")));
    versions.put(
        "native",
        Loader.getPlatform() + System.getProperty("org.bytedeco.javacpp.platform.extension", ""));
    versions.put("blas", environment.get("blas.vendor") + " " + blasKernels());
    return Map.copyOf(versions);
  }

  private static String version() {
    String version = Nd4j.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  private static String blasKernels() {
    String chosen = System.getenv("OPENBLAS_CORETYPE");
    return chosen != null ? chosen : instructions();
  }

  private static String instructions() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      List<String> flags =
          lines
              .filter(line -> line.startsWith("flags"))
              .findFirst()
              .map(line -> List.of(line.split("\\s+")))
              .orElse(List.of());
      return Stream.of("avx512f", "avx2", "avx")
          .filter(flags::contains)
          .findFirst()
          .orElse("generic");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
