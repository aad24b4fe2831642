package io.centroid;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The class path of this module contains no other engine and no Spark, so that dense networks and
 * GPT-2 ship without them.
 */
class ClassPathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.nd4j.linalg.factory.Nd4j",
        "org.deeplearning4j.nn.multilayer.MultiLayerNetwork",
        "org.apache.spark.SparkContext",
        "scala.Function1",
        "ai.onnxruntime.OrtEnvironment",
        "com.google.protobuf.MessageLite",
        "org.eclipse.jetty.server.Server",
        "picocli.CommandLine"
      })
  void otherModulesLibrariesAreNotOnTheClassPath(String name) {
    assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
  }
}
