package io.centroid.onnx;

import io.centroid.error.InputException;
import java.nio.file.Path;

/**
 * Checks that ONNX Runtime's jar is on the class path. Call it before any class that needs ONNX
 * Runtime is loaded. This class itself does not refer to ONNX Runtime.
 */
public final class OnnxJar {
  private static final String ENVIRONMENT = "/ai/onnxruntime/OrtEnvironment.class";
  private static final String HOME_PROPERTY = "centroid.home";

  private OnnxJar() {}

  /**
   * Requires the jar on the class path.
   *
   * @throws InputException if the jar is missing; the message names its expected place
   */
  public static void require() {
    if (OnnxJar.class.getResource(ENVIRONMENT) != null) {
      return;
    }
    String home = System.getProperty(HOME_PROPERTY);
    Path jars = Path.of("dist", "target", "lib", "serving");
    throw new InputException(
        "ONNX Runtime is not on the class path: expected onnxruntime-*.jar, which mvn package"
            + " copies into "
            + (home == null ? "Centroid's " + jars : Path.of(home).resolve(jars))
            + " and ./centroid adds to the class path; with spark-submit use --driver-class-path");
  }
}
