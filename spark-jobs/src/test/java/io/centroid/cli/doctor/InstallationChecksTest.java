package io.centroid.cli.doctor;

import static io.centroid.cli.doctor.Fixtures.machine;
import static io.centroid.cli.doctor.Fixtures.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.cli.doctor.Finding.Severity;
import io.centroid.nn.kernels.CpuKernels;
import io.centroid.spark.session.SparkInstallation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstallationChecksTest {
  private static final Machine PLAIN = machine(Map.of());
  private static final SparkInstallation SPARK = SparkInstallation.onClassPath();

  @Test
  void acceptsThisJava() {
    assertThat(JavaChecks.java(PLAIN))
        .isEqualTo(
            Outcome.ok(
                "Java " + Runtime.version().feature() + ", heap 2.0 GiB, add-opens for Spark"));
  }

  @Test
  void findsAnotherVersionOfJava() {
    Finding finding = only(JavaChecks.java(11, needed -> true, PLAIN));
    assertThat(finding.severity()).isEqualTo(Severity.FINDING);
    assertThat(finding.found()).startsWith("Java 17 to 21 is needed").contains("found 11");
    assertThat(finding.change()).allMatch(change -> change.startsWith("export JAVA_HOME="));
  }

  @Test
  void findsPackagesThatAreClosedToSpark() {
    Finding finding =
        only(JavaChecks.java(17, needed -> !needed.name().equals("sun.nio.ch"), PLAIN));
    assertThat(finding.found())
        .isEqualTo("1 packages of the JDK are closed to Spark, such as java.base/sun.nio.ch");
    assertThat(finding.change().get(0)).startsWith("java @conf/jvm.options");
  }

  @Test
  void acceptsTheSparkOfTheClassPath() throws IOException {
    assertThat(JavaChecks.spark(SPARK, PLAIN).findings()).isEmpty();
    assertThat(SPARK.scala()).isEqualTo("2.12");
  }

  @ParameterizedTest
  @CsvSource({"3.4.1, 2.12", "3.5.1, 2.13", "4.0.0, 2.13"})
  void findsAnotherSparkOnTheClassPath(String version, String scala) throws IOException {
    Finding finding = only(JavaChecks.spark(new SparkInstallation(version, scala), PLAIN));
    assertThat(finding.severity()).isEqualTo(Severity.FINDING);
    assertThat(finding.found())
        .isEqualTo(
            "the class path has Spark %s, Scala %s, supported is Spark 3.5, Scala 2.12"
                .formatted(version, scala));
  }

  @ParameterizedTest
  @CsvSource({"spark-core_2.13-4.0.0.jar, FINDING", "spark-core_2.12-3.5.0.jar, NOTE"})
  void comparesSparkHome(String jar, Severity severity, @TempDir Path home) throws IOException {
    Files.createDirectory(home.resolve("jars"));
    Files.createFile(home.resolve("jars").resolve(jar));
    Finding finding = only(JavaChecks.spark(SPARK, machine(Map.of("SPARK_HOME", home.toString()))));
    assertThat(finding.severity()).isEqualTo(severity);
    assertThat(finding.found()).startsWith("SPARK_HOME has Spark ").endsWith(SPARK.toString());
  }

  @Test
  void findsForcedKernelsThatAreOlderThanTheProcessor() {
    Finding finding = only(kernels(CpuKernels.HASWELL, CpuKernels.SKYLAKEX, null, true));
    assertThat(finding)
        .isEqualTo(
            Finding.of(
                "OpenBLAS computes with the kernels HASWELL, this processor runs SKYLAKEX",
                "Products of matrices take up to 2 times as long: the vectors are shorter.",
                "unset OPENBLAS_CORETYPE"));
    assertThat(only(kernels(CpuKernels.NEHALEM, CpuKernels.SKYLAKEX, null, true)).why())
        .contains("up to 8 times");
  }

  @Test
  void notesPinnedKernelsAndAcceptsThoseOfTheProcessor() {
    Finding note = only(kernels(CpuKernels.HASWELL, CpuKernels.SKYLAKEX, CpuKernels.HASWELL, true));
    assertThat(note.severity()).isEqualTo(Severity.NOTE);
    assertThat(kernels(CpuKernels.ZEN, CpuKernels.HASWELL, null, true).findings()).isEmpty();
    assertThat(kernels(CpuKernels.HASWELL, CpuKernels.SKYLAKEX, null, false).findings()).isEmpty();
  }

  @Test
  void findsKernelsOtherThanThePinnedOnes() {
    Finding finding =
        only(kernels(CpuKernels.SKYLAKEX, CpuKernels.SKYLAKEX, CpuKernels.HASWELL, false));
    assertThat(finding.found())
        .isEqualTo("compute.cpu-kernels = HASWELL, but OpenBLAS chose SKYLAKEX in this process");
    assertThat(finding.change()).containsExactly("export OPENBLAS_CORETYPE=HASWELL");
  }

  @ParameterizedTest
  @CsvSource({
    "PRESCOTT, 4",
    "SANDYBRIDGE, 8",
    "PILEDRIVER, 16",
    "HASWELL, 16",
    "ZEN, 16",
    "SKYLAKEX, 32",
    "SAPPHIRERAPIDS, 32"
  })
  void ratesKernelsByTheirVectors(CpuKernels kernels, int flop) {
    assertThat(kernels.flopPerCycle()).isEqualTo(flop);
  }

  private static Outcome kernels(
      CpuKernels used, CpuKernels fastest, @Nullable CpuKernels pinned, boolean isForced) {
    return NativeChecks.kernels(
        Optional.of(used), Optional.of(fastest), Optional.ofNullable(pinned), isForced);
  }
}
