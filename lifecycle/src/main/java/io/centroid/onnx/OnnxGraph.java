package io.centroid.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.centroid.error.InputException;
import io.centroid.io.HalfFloat;
import io.centroid.onnx.OnnxProto.GraphProto;
import io.centroid.onnx.OnnxProto.ModelProto;
import io.centroid.onnx.OnnxProto.NodeProto;
import io.centroid.onnx.OnnxProto.OperatorSetIdProto;
import io.centroid.onnx.OnnxProto.StringStringEntryProto;
import io.centroid.onnx.OnnxProto.TensorProto;
import io.centroid.onnx.OnnxProto.TensorShapeProto;
import io.centroid.onnx.OnnxProto.TypeProto;
import io.centroid.onnx.OnnxProto.ValueInfoProto;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A builder of an ONNX model: inputs, constants ("initializers"), nodes in the order of their
 * computation, outputs and metadata. IR version 8 and operator set 17 of the default domain
 * (decision 0016). Values are referred to by name. The same calls write the same bytes. Not
 * thread-safe.
 */
public final class OnnxGraph {
  /** IR version of the file format; ONNX 1.10 (2021) and later read it. */
  public static final int IR_VERSION = 8;

  /** Operator set version; the first with LayerNormalization, ONNX 1.12 (2022). */
  public static final int OPSET = 17;

  /** A protocol buffer holds less than 2 GiB. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - (1L << 20);

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Map<String, String> metadata = new TreeMap<>();
  private final Set<String> names = new HashSet<>();
  private long bytes;

  /**
   * An empty graph.
   *
   * @param name name of the graph
   */
  public OnnxGraph(String name) {
    graph.setName(name);
  }

  /**
   * Declares an input.
   *
   * @param shape sizes as {@link Long} or {@link Integer}; names of dynamic dimensions as {@link
   *     String}
   */
  public String input(String name, ElementType type, List<?> shape) {
    graph.addInput(value(unique(name), type, shape));
    return name;
  }

  /** Declares a computed value as an output; {@code shape} as for {@link #input}. */
  public void output(String name, ElementType type, List<?> shape) {
    graph.addOutput(value(name, type, shape));
  }

  /**
   * Adds a node with one output.
   *
   * @param output name of the value; a number is appended if it is not unique
   * @return the unique name of the value
   */
  public String node(String operator, String output, List<String> inputs, Attribute... attributes) {
    String name = unique(output);
    nodes(operator, inputs, List.of(name), attributes);
    return name;
  }

  /** Adds a node with several outputs, whose names must be unique. */
  public List<String> nodes(
      String operator, List<String> inputs, List<String> outputs, Attribute... attributes) {
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(outputs.get(0) + "/" + operator)
            .addAllInput(inputs)
            .addAllOutput(outputs);
    names.addAll(outputs);
    for (Attribute attribute : attributes) {
      node.addAttribute(attribute.proto());
    }
    graph.addNode(node);
    return outputs;
  }

  /** Adds a constant of floats, row-major. */
  public String floats(String name, List<Long> shape, float[] values) {
    return floats(name, shape, values, 0);
  }

  /** Adds a constant of the floats that start at index {@code from}. */
  public String floats(String name, List<Long> shape, float[] values, long from) {
    ByteBuffer buffer = bytes(name, size(shape), Float.BYTES);
    buffer.asFloatBuffer().put(values, Math.toIntExact(from), size(shape));
    return constant(name, ElementType.FLOAT, shape, buffer);
  }

  /** Adds a half-precision constant, rounded from the floats that start at index {@code from}. */
  public String halves(String name, List<Long> shape, float[] values, long from) {
    int count = size(shape);
    ByteBuffer buffer = bytes(name, count, Short.BYTES);
    for (int i = 0; i < count; i++) {
      buffer.putShort(HalfFloat.FP16.narrow(values[Math.toIntExact(from) + i]));
    }
    return constant(name, ElementType.FLOAT16, shape, buffer.rewind());
  }

  /** Adds a constant of unsigned bytes. */
  public String unsignedBytes(String name, List<Long> shape, byte[] values) {
    bytes += values.length;
    return constant(name, ElementType.UINT8, shape, ByteBuffer.wrap(values));
  }

  /** Adds a one-dimensional constant of integers. */
  public String integers(String name, long... values) {
    return integers(name, List.of((long) values.length), values);
  }

  /** Adds a scalar integer constant. */
  public String integer(String name, long value) {
    return integers(name, List.of(), value);
  }

  /** Adds a scalar float constant. */
  public String number(String name, float value) {
    return floats(name, List.of(), new float[] {value});
  }

  private String integers(String name, List<Long> shape, long... values) {
    ByteBuffer buffer = bytes(name, values.length, Long.BYTES);
    buffer.asLongBuffer().put(values);
    return constant(name, ElementType.INT64, shape, buffer);
  }

  /** Sets a metadata property; ONNX Runtime shows it as custom metadata. */
  public void metadata(String key, String text) {
    metadata.put(key, text);
  }

  /** Whether the graph has a value of this name. */
  public boolean has(String name) {
    return names.contains(name);
  }

  /** Writes the model and leaves the stream open. */
  public void writeTo(OutputStream out) throws IOException {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("centroid")
            .setGraph(graph)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET));
    metadata.forEach(
        (key, text) ->
            model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(text)));
    model.build().writeTo(out);
  }

  private ByteBuffer bytes(String name, int count, int each) {
    long length = (long) count * each;
    bytes += length;
    if (bytes > MAX_BYTES) {
      throw new InputException(
          String.format(
              Locale.ROOT,
              "a model of more than 2 GiB does not fit into one ONNX file (up to %s it has %,d"
                  + " bytes); --weights fp16 or int8 makes it smaller",
              name,
              bytes));
    }
    return ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String constant(String name, ElementType type, List<Long> shape, ByteBuffer raw) {
    ByteString data = UnsafeByteOperations.unsafeWrap(raw);
    String uniqueName = unique(name);
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(uniqueName)
            .setDataType(type.number())
            .addAllDims(shape)
            .setRawData(data));
    return uniqueName;
  }

  private static int size(List<Long> shape) {
    long size = 1;
    for (long length : shape) {
      size = Math.multiplyExact(size, length);
    }
    return Math.toIntExact(size);
  }

  private String unique(String name) {
    String uniqueName = name;
    for (int number = 1; !names.add(uniqueName); number++) {
      uniqueName = name + "_" + number;
    }
    return uniqueName;
  }

  private static ValueInfoProto value(String name, ElementType type, List<?> shape) {
    TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
    for (Object size : shape) {
      if (size instanceof String dynamic) {
        sizes.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(dynamic));
      } else if (size instanceof Number fixed) {
        sizes.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(fixed.longValue()));
      } else {
        throw new IllegalArgumentException(name + ": " + Arrays.asList(size));
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.number()).setShape(sizes)))
        .build();
  }
}
