package io.centroid.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CpuKernelsTest {
  /** Flags of an Intel Xeon of the third generation. */
  private static final List<String> ICE_LAKE =
      List.of(
          ("flags : pni ssse3 sse4_2 avx fma avx2 avx512f avx512dq avx512cd avx512bw avx512vl"
                  + " avx512_vnni")
              .split(" "));

  @ParameterizedTest
  @EnumSource
  void theLibraryHasTheKernels(CpuKernels kernels) {
    OpenBlas.require();
    assertThat(Loader.addressof("gotoblas_" + kernels)).isNotNull();
  }

  @Test
  void aProcessorRunsTheKernelsWhoseInstructionsItHas() {
    assertThat(CpuKernels.SKYLAKEX.unsupported(ICE_LAKE)).isEmpty();
    assertThat(CpuKernels.SAPPHIRERAPIDS.unsupported(ICE_LAKE))
        .contains(
            "this processor lacks avx512_bf16, avx512_fp16, amx_tile, amx_bf16, amx_int8; it runs"
                + " PRESCOTT, CORE2, NEHALEM, SANDYBRIDGE, HASWELL, SKYLAKEX, ZEN");
    assertThat(CpuKernels.BULLDOZER.unsupported(ICE_LAKE).orElseThrow())
        .startsWith("this processor lacks fma4; it runs ");
    assertThat(CpuKernels.SAPPHIRERAPIDS.unsupported(List.of())).isEmpty();
  }

  @Test
  void namesAreThoseOfOpenBlasInAnyCase() {
    assertThat(CpuKernels.named("SkylakeX")).contains(CpuKernels.SKYLAKEX);
    assertThat(CpuKernels.named("auto")).isEmpty();
    assertThat(CpuKernels.names()).startsWith("PRESCOTT, CORE2, NEHALEM, ").endsWith(", ZEN");
  }

  @Test
  void aProcessUsesTheKernelsThatItsEnvironmentNames() throws Exception {
    List<String> nehalem = probe("NEHALEM", CpuKernels.NEHALEM);
    assertThat(nehalem.get(0)).startsWith("openblas ").endsWith(" NEHALEM");
    assertThat(nehalem.get(1)).isEqualTo("uses NEHALEM");
    assertThat(probe("nehalem", CpuKernels.NEHALEM)).isEqualTo(nehalem);
    List<String> core2 = probe("CORE2", CpuKernels.NEHALEM);
    assertThat(core2.get(0)).endsWith(" CORE2");
    assertThat(core2.get(1))
        .isEqualTo(
            "compute.cpu-kernels = NEHALEM: OpenBLAS chose CORE2 in this process; start it with"
                + " these kernels: export OPENBLAS_CORETYPE=NEHALEM");
  }

  /** On every processor some kernels are missing: none has those of AMD's and Intel's alone. */
  @Test
  void kernelsThatTheProcessorCannotRunAreRefusedBeforeTheyCrashTheProcess() throws Exception {
    String reason = CpuKernels.BULLDOZER.unsupported(flags()).orElse("");
    CpuKernels illegal = reason.isEmpty() ? CpuKernels.SAPPHIRERAPIDS : CpuKernels.BULLDOZER;
    assertThat(probe(illegal.name(), CpuKernels.NEHALEM))
        .last()
        .asString()
        .startsWith("OPENBLAS_CORETYPE=" + illegal + ": this processor lacks ");
    assertThat(probe("NEHALEM", illegal))
        .last()
        .asString()
        .startsWith("compute.cpu-kernels = " + illegal + " cannot be used: this processor lacks ");
  }

  private static List<String> flags() throws Exception {
    return OpenBlas.words(Files.readAllLines(Path.of("/proc/cpuinfo")), "flags");
  }

  private static List<String> probe(String environment, CpuKernels pinned) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Probe.class.getName(),
            pinned.name());
    builder.environment().put(CpuKernels.VARIABLE, environment);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.redirectErrorStream(true).start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor()).as(lines.toString()).isZero();
    return lines;
  }

  /** Prints the kernels of its process, and whether they are those of its argument. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] args) {
      try {
        OpenBlas.require();
        System.out.println(OpenBlas.versions().get("blas"));
        CpuKernels.valueOf(args[0]).require();
        System.out.println("uses " + args[0]);
      } catch (RuntimeException e) {
        System.out.println(e.getMessage());
      }
    }
  }
}
