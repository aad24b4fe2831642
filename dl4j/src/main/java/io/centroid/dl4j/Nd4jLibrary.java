package io.centroid.dl4j;

import io.centroid.nn.kernels.OpenBlas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Loads ND4J's native library in this JVM, with one thread per worker. Sums are then bitwise
 * identical on any machine; parallelism comes from workers, not from OpenMP.
 */
public final class Nd4jLibrary {
  private Nd4jLibrary() {}

  private static final class Prepared {
    static final Map<String, String> VERSIONS = load();
  }

  /** Loads the native library once and sets it to one thread. */
  public static void prepare() {
    versions();
  }

  /** See {@link io.centroid.nn.LearnerFactory#versions}. */
  static Map<String, String> versions() {
    OpenBlas.require();
    return Prepared.VERSIONS;
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
