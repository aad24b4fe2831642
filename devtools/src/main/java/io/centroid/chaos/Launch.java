package io.centroid.chaos;

import io.centroid.cluster.CentroidHome;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How commands are started as people start them: in a process of their own, as {@code ./centroid}
 * does. Their output goes to files, and what they keep for a while to the folder's {@code tmp}.
 *
 * @param mainClass of the commands
 * @param folder where everything of the chaos lies
 */
public record Launch(CentroidHome home, String mainClass, Path folder) {

  /** Where the development cluster lies. */
  Path cluster() {
    return folder.resolve("cluster");
  }

  /** The temporary folder of the processes that are started here. */
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
    // Every JVM below reads it, the driver's as well.
    builder.environment().put("JDK_JAVA_OPTIONS", "\"-Djava.io.tmpdir=" + temporary() + "\"");
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name, e);
    }
  }

  /** What a command printed on standard output. */
  Path output(String name) {
    return folder.resolve("drivers").resolve(name + ".out");
  }

  /** What a command printed on standard error. */
  Path errors(String name) {
    return folder.resolve("drivers").resolve(name + ".err");
  }
}
