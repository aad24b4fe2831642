package io.centroid.dl4j;

import io.centroid.device.Device;
import io.centroid.device.GpuBackend;
import io.centroid.device.VisibleDevices;
import io.centroid.dl4j.zip.Dl4jZip;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.nn.Architecture;
import io.centroid.nn.CpuEngine;
import io.centroid.nn.Learner;
import io.centroid.nn.LearnerFactory;
import io.centroid.nn.NetworkSpec;
import io.centroid.nn.ParameterLayout;
import io.centroid.nn.StoredNetwork;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The engine that runs dense, convolutional and DL4J-configured networks as DL4J's
 * MultiLayerNetwork or ComputationGraph. Initial parameters of dense networks equal those of {@link
 * CpuEngine}.
 *
 * @param device kind of the devices on which tasks compute
 */
public record Dl4jEngine(Device.Kind device) implements LearnerFactory {
  private static final String ND4J = "org/nd4j/linalg/factory/Nd4j";

  private static final String NO_JARS =
      "the engine dl4j needs DL4J and ND4J on the class path of the driver and the executors:"
          + " name the jars in lib/dl4j by --jars, or put centroid.jar and lib/dl4j/* on"
          + " spark.driver.extraClassPath and spark.executor.extraClassPath";

  private static final String NO_JOB_JAR =
      "the jars in lib/dl4j are on extraClassPath without centroid.jar, which contains their"
          + " dependencies: put centroid.jar there too, or name them by --jars instead";

  /** The engine with tasks that compute on the CPU. */
  public Dl4jEngine() {
    this(Device.Kind.CPU);
  }

  @Override
  public String name() {
    return "dl4j";
  }

  @Override
  public boolean supports(Architecture architecture) {
    return architecture instanceof Architecture.Mlp
        || architecture instanceof Architecture.Cnn
        || architecture instanceof Architecture.Dl4j;
  }

  @Override
  public Learner create(NetworkSpec spec) {
    return onDriver(spec);
  }

  @Override
  public Learner create(NetworkSpec spec, Device on) {
    requireJars();
    Nd4jLibrary.require(on.kind());
    return Dl4jLearner.create(
        spec,
        on.kind() == Device.Kind.CUDA
            ? OptionalInt.of(VisibleDevices.ordinal(on.address()))
            : OptionalInt.empty());
  }

  /**
   * A learner of the driver. It computes on the CPU, unless tasks of the same JVM compute on a GPU:
   * ND4J has one backend in a JVM.
   */
  private Dl4jLearner onDriver(NetworkSpec spec) {
    requireJars();
    Nd4jLibrary.prefer(device);
    return Dl4jLearner.create(spec, OptionalInt.empty());
  }

  /** On CUDA only if its backend is on the class path: in lib/dl4j-cuda, in place of lib/torch. */
  @Override
  public Optional<LearnerFactory> on(Device.Kind kind) {
    return kind == Device.Kind.CPU || hasCudaBackend()
        ? Optional.of(new Dl4jEngine(kind))
        : Optional.empty();
  }

  /** Those of the CUDA backend, if its classes are on the class path; a GPU is not needed. */
  @Override
  public Optional<GpuBackend> gpus() {
    return hasCudaBackend() ? Optional.of(Nd4jLibrary.gpus()) : Optional.empty();
  }

  @Override
  public Optional<String> gpuObstacle() {
    try {
      Nd4jLibrary.require(Device.Kind.CUDA);
      return Optional.empty();
    } catch (InputException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  @Override
  public ParameterLayout layout(NetworkSpec spec) {
    try (Learner learner = create(spec)) {
      return learner.layout();
    }
  }

  @Override
  public Optional<String> linearOutput(NetworkSpec spec) {
    try (Dl4jLearner learner = onDriver(spec)) {
      return learner.linearOutput();
    }
  }

  @Override
  public Map<String, String> versions() {
    requireJars();
    if (device == Device.Kind.CUDA) {
      return Nd4jLibrary.cudaVersions();
    }
    Nd4jLibrary.prefer(device);
    return Nd4jLibrary.versions();
  }

  @Override
  public Optional<StoredNetwork> open(HadoopFiles files, String location) {
    requireJars();
    Dl4jZip zip = Dl4jZip.read(files, location);
    Nd4jLibrary.prefer(device);
    // Built here so that errors of the network name the zip file.
    Dl4jJson.network(zip.configurationPlace(), zip.configuration(), 0);
    return Optional.of(zip);
  }

  /** DL4J and ND4J are not in the job jar, because few jobs need their 90 MB. */
  private static void requireJars() {
    ClassLoader loader = Dl4jEngine.class.getClassLoader();
    require(loader, "org/deeplearning4j/nn/conf/MultiLayerConfiguration", NO_JARS);
    require(loader, ND4J, NO_JARS);
    // The class loader of extraClassPath does not see the job jar.
    require(Nd4j.class.getClassLoader(), "org/bytedeco/javacpp/Loader", NO_JOB_JAR);
  }

  /** Asked of each engine, also where ND4J's jars, without which Backend does not load, are not. */
  private static boolean hasCudaBackend() {
    return Dl4jEngine.class.getClassLoader().getResource(ND4J + ".class") != null
        && Backend.CUDA.isOnClassPath();
  }

  private static void require(ClassLoader loader, String name, String message) {
    if (loader.getResource(name + ".class") == null) {
      throw new InputException(message);
    }
  }
}
