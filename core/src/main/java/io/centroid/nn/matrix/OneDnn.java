package io.centroid.nn.matrix;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_amx;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_vnni;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_get_effective_cpu_isa;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;
import static org.bytedeco.dnnl.global.dnnl.dnnl_version;

import io.centroid.error.InputException;
import io.centroid.error.NativeCode;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_version_t;
import org.jspecify.annotations.Nullable;

/**
 * oneDNN in this JVM. It is optional: its jars lie apart from the job jar. Each call runs on the
 * caller's thread, which its OpenMP runtime takes from the environment.
 */
public final class OneDnn {
  private static final String THREADS = "OMP_NUM_THREADS";

  private OneDnn() {}

  /** The outcome of loading the library, which a class initializer would report only once. */
  private static final class Library {
    static final @Nullable String FAILURE = load();

    private static @Nullable String load() {
      if (!"1".equals(System.getenv(THREADS))) {
        return "needs " + THREADS + "=1 in the environment of this JVM: its threads call oneDNN";
      }
      try {
        int unused = dnnl_get_effective_cpu_isa();
        return null;
      } catch (LinkageError | TypeNotPresentException e) {
        return NativeCode.explained(e)
            .orElse(
                "needs oneDNN: the jars of lib/onednn are not on the class path (executors:"
                    + " spark.executor.extraClassPath)");
      }
    }
  }

  /** The engine, which threads share. */
  private static final class Engine {
    static final dnnl_engine CPU = create();

    private static dnnl_engine create() {
      dnnl_engine engine = new dnnl_engine();
      check(dnnl_engine_create(engine, dnnl_cpu, 0));
      return engine;
    }
  }

  /** Why products in a format cannot be computed here; empty if they can. */
  public static Optional<String> obstacle(WeightFormat format) {
    if (format == WeightFormat.FLOAT32) {
      return Optional.empty();
    }
    if (Library.FAILURE != null) {
      return Optional.of(Library.FAILURE);
    }
    boolean bfloat16 = format == WeightFormat.BFLOAT16;
    return has(bfloat16 ? dnnl_cpu_isa_avx512_core_bf16 : dnnl_cpu_isa_avx512_core_vnni)
        ? Optional.empty()
        : Optional.of(
            "needs a processor with "
                + (bfloat16 ? "AVX512_BF16 or AMX" : "AVX512_VNNI or AMX")
                + ", this one has neither");
  }

  /**
   * Requires that products in a format can be computed here.
   *
   * @param option the setting that asks for them, with its value
   * @throws InputException if they cannot
   */
  public static void require(WeightFormat format, String option) {
    Optional<String> obstacle = obstacle(format);
    if (obstacle.isPresent()) {
      throw new InputException(option + " " + obstacle.get());
    }
  }

  /** Version and the instructions by which the library selects kernels, in one line. */
  public static String version() {
    dnnl_version_t version = dnnl_version();
    String instructions =
        has(dnnl_cpu_isa_avx512_core_amx)
            ? "amx"
            : has(dnnl_cpu_isa_avx512_core_bf16) ? "avx512_bf16" : "avx512_vnni";
    return String.format(
        Locale.ROOT,
        "onednn %d.%d.%d %s",
        version.major(),
        version.minor(),
        version.patch(),
        instructions);
  }

  private static boolean has(int instructions) {
    return (dnnl_get_effective_cpu_isa() & instructions) == instructions;
  }

  static dnnl_engine engine() {
    return Engine.CPU;
  }

  /** Throws if a call failed. */
  static void check(int status) {
    if (status != dnnl_success) {
      throw new IllegalStateException("oneDNN failed with status " + status);
    }
  }
}
