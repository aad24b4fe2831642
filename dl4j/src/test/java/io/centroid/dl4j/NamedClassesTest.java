package io.centroid.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.InputShape;
import io.centroid.error.InputException;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.jar.JarFile;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.WeightInitDistribution;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;

/** Security of class names in a network's JSON: only network classes are loaded. */
class NamedClassesTest {
  private static final List<String> INITIALIZED = new ArrayList<>();

  /** Stands for an attacker's class. */
  static final class Initializing {
    static {
      INITIALIZED.add("Initializing");
    }
  }

  private static final String GADGET = Initializing.class.getName();

  /** A class loader that records the requested names. */
  private static final class Recorder extends ClassLoader {
    final Set<String> asked = new ConcurrentSkipListSet<>();

    Recorder() {
      super(NamedClassesTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      asked.add(name);
      return super.loadClass(name, resolve);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"@class\" : \"org.deeplearning4j.nn.conf.layers.DenseLayer\"",
        "\"@class\" : \"org.nd4j.linalg.activations.impl.ActivationTanH\"",
        "\"@class\" : \"org.deeplearning4j.nn.weights.WeightInitDistribution\"",
        "\"@class\" : \"org.nd4j.linalg.lossfunctions.impl.LossMCXENT\"",
        "\"type\" : \"org.deeplearning4j.nn.conf.distribution.NormalDistribution\"",
      })
  void noOtherClassIsLoaded(String place) {
    String json = json();
    assertThat(json).contains(place);
    String key = place.substring(0, place.indexOf(':') + 1);
    String gadget = key + " \"" + GADGET + "\"";
    requireNotLoaded(json.replace(place, gadget), "is not a network class");
    // Parsers disagree about duplicate keys.
    requireNotLoaded(json.replace(place, gadget + ", " + place), "Duplicate field");
    requireNotLoaded(json.replace(place, place + ", " + gadget), "Duplicate field");
    requireNotLoaded(
        json.replace(
            place,
            key.replace("l", "\\u006c").replace("e\"", "\\u0065\"")
                + gadget.substring(key.length())),
        "is not a network class");
    requireNotLoaded(json.replace(place, key + " [\"" + GADGET + "\"]"), "is not a network class");
    requireNotLoaded(json + json.replace(place, gadget), "Trailing token");
  }

  /** Control: without the check the class is loaded and initialized. */
  @Test
  void dl4jItselfWouldLoadIt() {
    String json =
        json()
            .replace(
                "org.deeplearning4j.nn.conf.distribution.NormalDistribution",
                Control.class.getName());
    assertThatThrownBy(() -> MultiLayerConfiguration.fromJson(json))
        .isInstanceOf(RuntimeException.class);
    assertThat(INITIALIZED).contains("Control");
  }

  static final class Control {
    static {
      INITIALIZED.add("Control");
    }
  }

  @Test
  void rejectsGenericsArraysAndOtherPackages() {
    for (String name :
        List.of(
            "org.deeplearning4j.nn.conf.layers.DenseLayer<" + GADGET + ">",
            "[Lorg.deeplearning4j.nn.conf.layers.DenseLayer;",
            "org.deeplearning4j.nn.conf.layers.DenseLayer;" + GADGET,
            "org.deeplearning4j.util.ModelSerializer",
            "org.nd4j.shade.jackson.databind.ObjectMapper",
            "org.nd4j.linalg.factory.Nd4j",
            "java.lang.Runtime",
            "")) {
      requireNotLoaded(
          json().replace("org.deeplearning4j.nn.conf.layers.DenseLayer", name),
          "is not a network class");
    }
  }

  /** Valid for this release of DL4J; another may use other keys for class names. */
  @Test
  void checksEveryKeyThatNamesAClass() throws ReflectiveOperationException {
    Set<String> keys = new TreeSet<>();
    for (String name : libraryClasses()) {
      JsonTypeInfo info = annotation(name);
      if (info != null && info.use() == JsonTypeInfo.Id.CLASS) {
        keys.add(info.property().isEmpty() ? info.use().getDefaultPropertyName() : info.property());
      }
      assertThat(info == null || info.use() != JsonTypeInfo.Id.MINIMAL_CLASS).as(name).isTrue();
    }
    assertThat(keys).isEqualTo(new TreeSet<>(Dl4jJson.CLASS_KEYS));
  }

  @Test
  void acceptsTheUnmodifiedNetwork() {
    assertThat(new Dl4jEngine().layout(spec(json())).parameterCount()).isEqualTo(4 * 6 + 6 + 21);
  }

  private static void requireNotLoaded(String json, String part) {
    Thread thread = Thread.currentThread();
    ClassLoader usual = thread.getContextClassLoader();
    Recorder recorder = new Recorder();
    thread.setContextClassLoader(recorder);
    try {
      assertThatThrownBy(() -> new Dl4jEngine().create(spec(json)))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("model.file: ")
          .hasMessageContaining(part)
          .message()
          .doesNotContain("\n");
    } finally {
      thread.setContextClassLoader(usual);
    }
    assertThat(recorder.asked).doesNotContain(GADGET);
    assertThat(INITIALIZED).doesNotContain("Initializing");
  }

  private static NetworkSpec spec(String json) {
    return new NetworkSpec(
        new Architecture.Dl4j(json), InputShape.row(4), 3, Loss.CROSS_ENTROPY, 1, new Dl4jEngine());
  }

  private static String json() {
    return new NeuralNetConfiguration.Builder()
        .activation(Activation.TANH)
        .list()
        .layer(
            new DenseLayer.Builder()
                .nIn(4)
                .nOut(6)
                .weightInit(new WeightInitDistribution(new NormalDistribution(0, 1)))
                .build())
        .layer(
            new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nIn(6)
                .nOut(3)
                .build())
        .build()
        .toJson();
  }

  private static @Nullable JsonTypeInfo annotation(String name)
      throws ReflectiveOperationException {
    try {
      return Class.forName(name, false, BaseLayer.class.getClassLoader())
          .getDeclaredAnnotation(JsonTypeInfo.class);
    } catch (LinkageError e) {
      // Needs a missing library, so it cannot be loaded.
      return null;
    }
  }

  private static List<String> libraryClasses() {
    List<String> names = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (entry.matches(".*/(deeplearning4j-nn|nd4j-api|nd4j-common)-[^/]*jar")) {
        try (JarFile jar = new JarFile(entry)) {
          jar.stream()
              .map(found -> found.getName())
              .filter(found -> found.matches("org/(nd4j|deeplearning4j)/.*\\.class"))
              .map(found -> found.replace('/', '.').replaceFirst("\\.class$", ""))
              .forEach(names::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    assertThat(names).contains(BaseLayer.class.getName()).hasSizeGreaterThan(1000);
    return names;
  }
}
