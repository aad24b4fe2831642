package io.centroid.nn.kernels;

import io.centroid.error.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * The kernels for x86-64 processors in our build of OpenBLAS, by the names of its core types.
 * OpenBLAS chooses one set when it is loaded: the one that the environment variable {@link
 * #VARIABLE} names, otherwise the fastest that it knows for the processor. All that affects the
 * bits of a product belongs to the set, so equal sets give equal bits on any processor.
 */
public enum CpuKernels {
  PRESCOTT("pni"),
  CORE2("ssse3"),
  NEHALEM("sse4_2"),
  SANDYBRIDGE("avx"),
  HASWELL("avx2", "fma"),
  SKYLAKEX("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"),
  COOPERLAKE("avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx512_bf16"),
  SAPPHIRERAPIDS("avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16", "amx_int8"),
  BARCELONA("sse4a"),
  BULLDOZER("avx", "fma4"),
  PILEDRIVER("avx", "fma", "fma4"),
  STEAMROLLER("avx", "fma", "fma4"),
  EXCAVATOR("avx2", "fma", "fma4"),
  ZEN("avx2", "fma");

  /** Environment variable that OpenBLAS reads when it is loaded. */
  public static final String VARIABLE = "OPENBLAS_CORETYPE";

  /** The key that pins the kernels of a run. */
  private static final String KEY = "compute.cpu-kernels";

  private final List<String> needed;

  /** With the flags in /proc/cpuinfo that the processor must have. */
  CpuKernels(String... needed) {
    this.needed = List.of(needed);
  }

  /** The kernels of a name in upper or lower case, as OpenBLAS takes it. */
  public static Optional<CpuKernels> named(String name) {
    return Stream.of(values()).filter(kernels -> kernels.isNamed(name)).findFirst();
  }

  /** Whether this is the name, in upper or lower case. */
  public boolean isNamed(String name) {
    return name().equals(name.toUpperCase(Locale.ROOT));
  }

  /** All names, separated by commas. */
  public static String names() {
    return joined(Arrays.asList(values()));
  }

  /**
   * The kernels that OpenBLAS computes with in this process, which loads it if necessary; empty on
   * other platforms than x86-64.
   *
   * @throws io.centroid.error.WorkerFailure if it cannot be loaded
   */
  public static Optional<CpuKernels> loaded() {
    OpenBlas.require();
    return inUse();
  }

  /** The kernels with the highest {@link #flopPerCycle} that this processor runs. */
  public static Optional<CpuKernels> fastest() {
    List<String> flags = flags();
    return Stream.of(values())
        .filter(kernels -> flags.containsAll(kernels.needed))
        .max(
            Comparator.comparingInt(CpuKernels::flopPerCycle)
                .thenComparing(kernels -> kernels.needed.size()));
  }

  /**
   * Floating-point operations per cycle and vector unit in float32, by the width of the vectors and
   * whether a multiplication and an addition are one instruction.
   */
  public int flopPerCycle() {
    String all = String.join(" ", needed);
    int bits = all.contains("avx512") ? 512 : all.contains("avx") ? 256 : 128;
    boolean fuses = bits == 512 || all.contains("fma");
    return bits / Float.SIZE * (fuses ? 2 : 1);
  }

  /** The kernels that the loaded library uses; empty on other platforms than x86-64. */
  static Optional<CpuKernels> inUse() {
    Pointer table = Loader.addressof("gotoblas");
    if (table == null) {
      return Optional.empty();
    }
    Pointer chosen = new PointerPointer<>(table).get(0);
    return Stream.of(values()).filter(kernels -> chosen.equals(kernels.table())).findFirst();
  }

  /** The library's table of these kernels; null if it was built without them. */
  private @Nullable Pointer table() {
    return Loader.addressof("gotoblas_" + name());
  }

  /**
   * Requires that OpenBLAS computes with these kernels in this process.
   *
   * @throws InputException if it does not, or if the processor cannot run them
   */
  public void require() {
    unsupported(flags())
        .ifPresent(
            reason -> {
              throw new InputException(KEY + " = " + this + " cannot be used: " + reason);
            });
    OpenBlas.require();
    String used = OpenBlas.kernels();
    if (!used.equals(name())) {
      throw new InputException(
          String.format(
              "%s = %s: OpenBLAS chose %s in this process; start it with these kernels: export"
                  + " %s=%s",
              KEY, this, used, VARIABLE, this));
    }
  }

  /** Why the processor cannot run the kernels that the environment names; empty if it can. */
  static Optional<String> unsupportedChoice() {
    return Optional.ofNullable(System.getenv(VARIABLE))
        .flatMap(CpuKernels::named)
        .flatMap(
            chosen -> chosen.unsupported(flags()).map(why -> VARIABLE + "=" + chosen + ": " + why));
  }

  /**
   * Why a processor cannot run these kernels; empty if it can.
   *
   * @param flags flags of the processor as in /proc/cpuinfo; none if they are unknown
   */
  Optional<String> unsupported(List<String> flags) {
    List<String> missing = needed.stream().filter(flag -> !flags.contains(flag)).toList();
    if (flags.isEmpty() || missing.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "this processor lacks "
            + String.join(", ", missing)
            + "; it runs "
            + joined(
                Stream.of(values()).filter(kernels -> flags.containsAll(kernels.needed)).toList()));
  }

  private static List<String> flags() {
    try {
      return OpenBlas.words(Files.readAllLines(Path.of("/proc/cpuinfo")), "flags");
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String joined(List<CpuKernels> kernels) {
    return kernels.stream().map(CpuKernels::name).collect(Collectors.joining(", "));
  }
}
