package io.centroid.onnx;

import com.google.protobuf.ByteString;
import io.centroid.onnx.OnnxProto.AttributeProto;

/** A named attribute of an ONNX node. */
public final class Attribute {
  private final AttributeProto proto;

  private Attribute(AttributeProto proto) {
    this.proto = proto;
  }

  public static Attribute of(String name, long value) {
    return new Attribute(builder(name, AttributeProto.AttributeType.INT).setI(value).build());
  }

  public static Attribute of(String name, float value) {
    return new Attribute(builder(name, AttributeProto.AttributeType.FLOAT).setF(value).build());
  }

  public static Attribute of(String name, String value) {
    return new Attribute(
        builder(name, AttributeProto.AttributeType.STRING)
            .setS(ByteString.copyFromUtf8(value))
            .build());
  }

  public static Attribute of(String name, ElementType type) {
    return of(name, type.number());
  }

  /** A list of integers. */
  public static Attribute list(String name, long... values) {
    AttributeProto.Builder builder = builder(name, AttributeProto.AttributeType.INTS);
    for (long value : values) {
      builder.addInts(value);
    }
    return new Attribute(builder.build());
  }

  AttributeProto proto() {
    return proto;
  }

  private static AttributeProto.Builder builder(String name, AttributeProto.AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }
}
