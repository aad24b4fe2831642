package io.centroid.cli.doctor;

import io.centroid.cli.process.JavaVersion;
import io.centroid.config.ByteSize;
import io.centroid.error.InputException;
import io.centroid.spark.session.SparkInstallation;
import io.centroid.spark.session.SparkInstallation.ModulePackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** Checks of Java, Spark and Scala. */
final class JavaChecks {
  private JavaChecks() {}

  /** Checks this JVM. */
  static Outcome java(Machine machine) {
    return java(Runtime.version().feature(), JavaChecks::isOpen, machine);
  }

  /**
   * Checks a JVM.
   *
   * @param feature version of Java
   * @param isOpen whether a package of the JDK is open to the class path
   */
  static Outcome java(int feature, Predicate<ModulePackage> isOpen, Machine machine) {
    List<Finding> findings = new ArrayList<>();
    try {
      JavaVersion.require(feature);
    } catch (InputException e) {
      findings.add(
          Finding.of(
              String.valueOf(e.getMessage()),
              "Spark and Hadoop fail on other versions when they start.",
              "export JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64"));
    }
    List<ModulePackage> closed =
        SparkInstallation.neededPackages().stream().filter(isOpen.negate()).toList();
    if (!closed.isEmpty()) {
      ModulePackage first = closed.get(0);
      findings.add(
          Finding.of(
              String.format(
                  Locale.ROOT,
                  "%d packages of the JDK are closed to Spark, such as %s/%s",
                  closed.size(),
                  first.module(),
                  first.name()),
              "Spark fails with an InaccessibleObjectException in the first job.",
              "java @conf/jvm.options (bin/centroid and spark-submit give these flags)"));
    }
    return Outcome.of(
        "Java " + feature + ", heap " + ByteSize.text(machine.heap()) + ", add-opens for Spark",
        findings);
  }

  private static boolean isOpen(ModulePackage needed) {
    Optional<Module> module = ModuleLayer.boot().findModule(needed.module());
    return module.isEmpty()
        || !module.get().getPackages().contains(needed.name())
        || module.get().isOpen(needed.name(), JavaChecks.class.getModule());
  }

  /** Checks the Spark of the class path, and that of SPARK_HOME. */
  static Outcome spark(SparkInstallation spark, Machine machine) throws IOException {
    List<Finding> findings = new ArrayList<>();
    if (!spark.isSupported()) {
      findings.add(
          Finding.of(
              "the class path has " + spark + ", supported is " + supported(),
              "Centroid is compiled against these; other versions lack classes that it calls.",
              "export SPARK_HOME=/path/to/spark-" + SparkInstallation.SUPPORTED));
    }
    Optional<String> home = machine.variable("SPARK_HOME");
    Optional<SparkInstallation> other =
        home.isEmpty() ? Optional.empty() : SparkInstallation.in(Path.of(home.get()));
    if (home.isPresent() && other.isEmpty()) {
      findings.add(
          Finding.note(
              "SPARK_HOME=" + home.get() + " has no jars/spark-core_*.jar",
              "Only its conf is read; spark-submit would not start from it.",
              "unset SPARK_HOME"));
    }
    if (other.isPresent() && !other.get().equals(spark)) {
      String found = "SPARK_HOME has " + other.get() + ", the class path " + spark;
      findings.add(
          other.get().isSupported()
              ? Finding.note(found, "The driver and its executors must run the same version.")
              : Finding.of(
                  found,
                  "spark-submit from it runs the job jar on a Spark that is not supported.",
                  "export SPARK_HOME=/path/to/spark-" + spark.version()));
    }
    return Outcome.of(
        spark + (other.isPresent() ? ", SPARK_HOME " + home.orElse("") : ""), findings);
  }

  private static String supported() {
    return "Spark " + SparkInstallation.SUPPORTED + ", Scala " + SparkInstallation.SUPPORTED_SCALA;
  }
}
