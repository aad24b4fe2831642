package io.centroid.chaos;

import io.centroid.cluster.CentroidHome;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts commands in separate processes as {@code ./centroid} does. Their output goes to files,
 * their temporary files to the folder's {@code tmp}.
 *
 * @param home Centroid home
 * @param mainClass main class of the commands
 * @param folder folder for all files of the test
 */
public record Launch(CentroidHome home, String mainClass, Path folder) {

  /** Folder of the development cluster. */
  Path cluster() {
    return folder.resolve("cluster");
  }

  /** Temporary folder of the started processes. */
  Path temporary() {
    return folder.resolve("tmp");
  }

  /** Starts a command. */
  Process start(String name, List<String> arguments) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("@" + home.jvmOptions(), "-Xmx1g", "-XX:TieredStopAtLevel=1"));
    line.addAll(List.of("-Dorg.bytedeco.javacpp.maxbytes=4g"));
    line.add("-D" + CentroidHome.PROPERTY + "=" + home.root());
    line.addAll(List.of("-cp", home.classPath(), mainClass));
    line.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(output(name).toFile())
            .redirectError(errors(name).toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().put("OMP_NUM_THREADS", "1");
    // Every child JVM reads it, including the driver.
    builder.environment().put("JDK_JAVA_OPTIONS", "\"-Djava.io.tmpdir=" + temporary() + "\"");
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  /** Standard output of a command. */
  Path output(String name) {
    return folder.resolve("drivers").resolve(name + ".out");
  }

  /** Standard error of a command. */
  Path errors(String name) {
    return folder.resolve("drivers").resolve(name + ".err");
  }
}
