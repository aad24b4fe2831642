package io.centroid.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.centroid.cluster.CentroidHome;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Starts the JVM of a system under test as {@code ./centroid} does: the same flags, the same
 * limits, and DL4J's Spark classes on the class path for all.
 */
final class BenchmarkJvm {
  private BenchmarkJvm() {}

  static BenchmarkRunner start(
      CentroidHome home, BenchmarkServer.Side side, BenchSettings settings) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("@" + home.jvmOptions());
    line.addAll(limits());
    line.add("-D" + CentroidHome.PROPERTY + "=" + home.root());
    line.add("-cp");
    line.add(String.join(File.pathSeparator, home.classPath(), home.dl4jSparkJars() + "/*"));
    line.add(BenchmarkServer.class.getName());
    line.add(side.name());
    line.add(json(settings));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().putIfAbsent("OMP_NUM_THREADS", "1");
    builder.environment().putIfAbsent("SPARK_LOCAL_IP", "127.0.0.1");
    return new RemoteRunner("the JVM of " + side.name().toLowerCase(Locale.ROOT), builder);
  }

  private static List<String> limits() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("-Xmx") || flag.startsWith("-Dorg.bytedeco.javacpp."))
        .toList();
  }

  private static String json(BenchSettings settings) {
    try {
      return new ObjectMapper().writeValueAsString(settings);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
