package io.centroid.onnx;

import io.centroid.InputException;
import java.nio.file.Path;

/**
 * Whether ONNX Runtime's jar is there. Asked before any class that needs it is loaded, since the
 * JVM would fail at loading that one; so nothing of it is named here.
 */
public final class OnnxJar {
  private static final String ENVIRONMENT = "/ai/onnxruntime/OrtEnvironment.class";
  private static final String HOME_PROPERTY = "centroid.home";

  private OnnxJar() {}

  /**
   * Refuses to go on without it.
   *
   * @throws InputException saying where it is looked for
   */
  public static void require() {
    if (OnnxJar.class.getResource(ENVIRONMENT) != null) {
      return;
    }
    String home = System.getProperty(HOME_PROPERTY);
    Path jars = Path.of("dist", "target", "lib", "serving");
    throw new InputException(
        "ONNX Runtime is not on the class path: expected onnxruntime-*.jar, which mvn package lays"
            + " into "
            + (home == null ? "Centroid's " + jars : Path.of(home).resolve(jars))
            + " and ./centroid adds; with spark-submit give --driver-class-path");
  }
}
