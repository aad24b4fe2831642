package io.centroid.dl4j;

import io.centroid.device.Device;
import io.centroid.device.GpuBackend;
import io.centroid.nn.kernels.OpenBlas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Loads ND4J's native library in this JVM, on one of its backends, with one CPU thread per worker.
 * Sums on the CPU are then bitwise identical on any machine; parallelism comes from workers, not
 * from OpenMP.
 */
public final class Nd4jLibrary {
  private Nd4jLibrary() {}

  private static final class Prepared {
    static final Map<String, String> VERSIONS = load();
  }

  /** Loads the native library once, on the backend that ND4J chooses if none was chosen before. */
  public static void prepare() {
    versions();
  }

  /**
   * Loads the native library on the backend of a kind of devices.
   *
   * @throws io.centroid.error.InputException if that backend cannot be used, or another one is
   */
  static synchronized void require(Device.Kind kind) {
    OpenBlas.require();
    Backend.of(kind).require();
    prepare();
  }

  /**
   * Loads the native library for work that either backend does alike, on the backend of a kind of
   * devices if it can be used and none was chosen before.
   */
  static synchronized void prefer(Device.Kind kind) {
    OpenBlas.require();
    Backend.of(kind).prefer();
    prepare();
  }

  /** See {@link io.centroid.nn.LearnerFactory#versions}. */
  static Map<String, String> versions() {
    OpenBlas.require();
    return Prepared.VERSIONS;
  }

  /**
   * The versions of executors that compute on GPUs. A driver without a GPU reports the same, so
   * nothing is loaded.
   *
   * @throws io.centroid.error.InputException if the CUDA backend is not on the class path
   */
  static Map<String, String> cudaVersions() {
    Backend.CUDA.requireClasses();
    Properties build = versionsOfBuild();
    return Map.of(
        "engine",
        "dl4j " + build.getProperty("nd4j"),
        "backend",
        "CUDA " + build.getProperty("cuda"),
        "native",
        Loader.getPlatform());
  }

  /** The GPUs for which the CUDA backend has machine code; CUDA 11 needs the driver 450. */
  static GpuBackend gpus() {
    Properties build = versionsOfBuild();
    return new GpuBackend(
        "ND4J %s for CUDA %s".formatted(build.getProperty("nd4j"), build.getProperty("cuda")),
        List.of(37, 50, 52, 60, 61, 70, 75, 80, 86),
        450);
  }

  private static Map<String, String> load() {
    Properties environment = Nd4j.getExecutioner().getEnvironmentInformation();
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    // ND4J has overridden the number of threads.
    OpenBlas.useOneThread();
    Map<String, String> versions = new TreeMap<>(OpenBlas.versions());
    versions.put("engine", "dl4j " + versionsOfBuild().getProperty("nd4j"));
    versions.put("backend", String.valueOf(environment.get("backend")));
    versions.put("native", libraryBuild());
    return Map.copyOf(versions);
  }

  /**
   * Folder of the loaded library, such as linux-x86_64-avx2; results of plain and AVX2 builds are
   * not bitwise identical.
   */
  private static String libraryBuild() {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.endsWith("/libnd4jcpu.so"))
          .map(line -> line.split("/"))
          .map(names -> names[names.length - 2])
          .findFirst()
          .orElse(Loader.getPlatform());
    } catch (IOException e) {
      return Loader.getPlatform();
    }
  }

  private static Properties versionsOfBuild() {
    Properties properties = new Properties();
    try (InputStream stream = Nd4jLibrary.class.getResourceAsStream("versions.properties")) {
      properties.load(
          Objects.requireNonNull(stream, "versions.properties is not on the class path"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }
}
