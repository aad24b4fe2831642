package io.centroid;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A user of dense networks or GPT-2 ships no other engine and no Spark: none of it is on this
 * module's class path, on which the module's tests train, resume and generate.
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
  void engineOrLibraryOfAnotherModuleIsAbsent(String name) {
    assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
  }
}
