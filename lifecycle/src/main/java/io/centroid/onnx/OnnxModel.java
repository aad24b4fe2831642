package io.centroid.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;

/**
 * An ONNX model in ONNX Runtime on the CPU. Call {@link OnnxJar#require} first. {@link #run} is
 * thread-safe. {@link #close} frees the native memory; the model must not be used afterwards.
 */
public final class OnnxModel implements AutoCloseable {
  /** The file name in an export's folder. */
  public static final String FILE = "model.onnx";

  private final String place;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Map<String, Port> inputs;
  private final Map<String, Port> outputs;
  private final Map<String, String> metadata;

  /**
   * An input or output.
   *
   * @param shape sizes of the dimensions; -1 for a dynamic one
   */
  public record Port(String name, String type, List<Long> shape) {}

  /** An input tensor, row-major. */
  public sealed interface Input {
    record Floats(FloatBuffer values, long... shape) implements Input {}

    record Integers(LongBuffer values, long... shape) implements Input {}

    /** An output of an earlier run, passed without a copy. */
    record Result(Results results, String output) implements Input {}
  }

  private OnnxModel(String place, OrtEnvironment environment, OrtSession session)
      throws OrtException {
    this.place = place;
    this.environment = environment;
    this.session = session;
    this.inputs = ports(session.getInputInfo());
    this.outputs = ports(session.getOutputInfo());
    this.metadata = Map.copyOf(session.getMetadata().getCustomMetadata());
  }

  /**
   * Opens a local file.
   *
   * @param threads number of threads per run
   * @throws InputException if ONNX Runtime cannot be loaded or rejects the file
   */
  public static OnnxModel open(Path file, int threads) {
    return open(file, file.toString(), threads);
  }

  /**
   * Opens a file on any Hadoop file system. A remote file is copied to a temporary local file
   * first.
   *
   * @param threads number of threads per run
   * @throws InputException as {@link #open(Path, int)}
   */
  public static OnnxModel open(HadoopFiles files, org.apache.hadoop.fs.Path file, int threads) {
    OnnxRuntime.environment();
    FileSystem fileSystem = files.fileSystem(file);
    if (fileSystem.getUri().getScheme().equals("file")) {
      files.status(file);
      return open(
          Path.of(fileSystem.makeQualified(file).toUri().getPath()), file.toString(), threads);
    }
    try {
      Path copy = Files.createTempFile("centroid-", ".onnx");
      try {
        try (InputStream in = files.open(file)) {
          Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        return open(copy, file.toString(), threads);
      } finally {
        Files.deleteIfExists(copy);
      }
    } catch (IOException e) {
      throw HadoopFiles.failure(file, e);
    }
  }

  /**
   * Opens a model in memory, without a copy on a disk.
   *
   * @param place name of the model for messages
   * @param threads number of threads per run
   * @throws InputException as {@link #open(Path, int)}
   */
  public static OnnxModel open(byte[] model, String place, int threads) {
    OrtEnvironment environment = OnnxRuntime.environment();
    return of(place, environment, OnnxRuntime.session(model, place, threads));
  }

  private static OnnxModel open(Path file, String place, int threads) {
    if (!Files.isRegularFile(file)) {
      throw new InputException(place + ": no such file");
    }
    OrtEnvironment environment = OnnxRuntime.environment();
    return of(place, environment, OnnxRuntime.session(file, place, threads));
  }

  private static OnnxModel of(String place, OrtEnvironment environment, OrtSession session) {
    try {
      return new OnnxModel(place, environment, session);
    } catch (OrtException e) {
      throw new IllegalStateException(place + ": " + OnnxRuntime.message(e), e);
    }
  }

  /** The path that the model was opened from. */
  public String place() {
    return place;
  }

  /** The inputs in the model's order. */
  public Map<String, Port> inputs() {
    return inputs;
  }

  /** The outputs in the model's order. */
  public Map<String, Port> outputs() {
    return outputs;
  }

  /** An input by name; throws {@link IllegalArgumentException} if there is none. */
  public Port input(String name) {
    return port(inputs, name);
  }

  /** An output by name; throws {@link IllegalArgumentException} if there is none. */
  public Port output(String name) {
    return port(outputs, name);
  }

  /** The model's own metadata properties. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Computes one output of a model with a single input of rows of floats.
   *
   * @param batch values of {@code rows} rows, row-major
   * @return the output, row-major
   */
  public float[] run(float[] batch, int rows, String output) {
    String input = inputs.keySet().iterator().next();
    int width = Math.toIntExact(input(input).shape().get(1));
    FloatBuffer values = FloatBuffer.wrap(batch, 0, Math.multiplyExact(rows, width));
    try (Results results =
        run(Map.of(input, new Input.Floats(values.slice(), rows, width)), Set.of(output))) {
      FloatBuffer buffer = results.floats(output);
      float[] copy = new float[buffer.remaining()];
      buffer.get(copy);
      return copy;
    }
  }

  /**
   * Computes the named outputs. The caller closes the results.
   *
   * @throws OnnxFailure if ONNX Runtime fails; also if an input is missing, unknown, or has the
   *     wrong shape, which the caller has to rule out
   */
  public Results run(Map<String, Input> given, Set<String> wanted) {
    Map<String, OnnxTensorLike> tensors = new LinkedHashMap<>();
    List<OnnxTensor> made = new ArrayList<>();
    try {
      for (Map.Entry<String, Input> input : given.entrySet()) {
        if (input.getValue() instanceof Input.Result result) {
          tensors.put(input.getKey(), result.results().tensor(result.output()));
        } else {
          OnnxTensor tensor = tensor(input.getValue());
          made.add(tensor);
          tensors.put(input.getKey(), tensor);
        }
      }
      return new Results(session.run(tensors, wanted));
    } catch (OrtException e) {
      throw new OnnxFailure(place + ": ONNX Runtime failed: " + OnnxRuntime.message(e), e);
    } finally {
      made.forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor tensor(Input input) throws OrtException {
    if (input instanceof Input.Floats floats) {
      return OnnxTensor.createTensor(environment, floats.values(), floats.shape());
    }
    Input.Integers integers = (Input.Integers) input;
    return OnnxTensor.createTensor(environment, integers.values(), integers.shape());
  }

  /** Output tensors in ONNX Runtime's memory. Must be closed. */
  public static final class Results implements AutoCloseable {
    private final OrtSession.Result result;

    private Results(OrtSession.Result result) {
      this.result = result;
    }

    /** A copy of an output's floats on the heap. */
    public FloatBuffer floats(String name) {
      return tensor(name).getFloatBuffer();
    }

    /** The sizes of an output. */
    public long[] shape(String name) {
      return tensor(name).getInfo().getShape();
    }

    private OnnxTensor tensor(String name) {
      return (OnnxTensor)
          result
              .get(name)
              .orElseThrow(() -> new IllegalArgumentException("there is no output " + name));
    }

    @Override
    public void close() {
      result.close();
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new UncheckedIOException(new IOException(place + ": " + OnnxRuntime.message(e), e));
    }
  }

  private static Port port(Map<String, Port> ports, String name) {
    Port found = ports.get(name);
    if (found == null) {
      throw new IllegalArgumentException("there is no " + name);
    }
    return found;
  }

  private static Map<String, Port> ports(Map<String, NodeInfo> infos) {
    Map<String, Port> ports = new LinkedHashMap<>();
    for (NodeInfo info : infos.values()) {
      if (info.getInfo() instanceof TensorInfo tensor) {
        List<Long> shape = new ArrayList<>();
        for (long size : tensor.getShape()) {
          shape.add(size);
        }
        ports.put(
            info.getName(), new Port(info.getName(), tensor.type.toString(), List.copyOf(shape)));
      }
    }
    return java.util.Collections.unmodifiableMap(ports);
  }
}
