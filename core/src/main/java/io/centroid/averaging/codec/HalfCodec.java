package io.centroid.averaging.codec;

import io.centroid.io.HalfFloat;
import io.centroid.io.Json;
import java.nio.ByteBuffer;

/** Encodes values in half precision, fp16 or bf16: two bytes per value. */
public record HalfCodec(HalfFloat format) implements Codec {

  @Override
  public String name() {
    return Json.spelling(format);
  }

  @Override
  public boolean isExact() {
    return false;
  }

  @Override
  public int size(int count) {
    return Math.multiplyExact(count, Short.BYTES);
  }

  @Override
  public byte[] encode(float[] values, int from, int to) {
    ByteBuffer payload = Payload.create(this, values, from, to);
    for (int i = from; i < to; i++) {
      payload.putShort((i - from) * Short.BYTES, format.narrow(values[i]));
    }
    return payload.array();
  }

  @Override
  public void decode(byte[] bytes, float[] into, int from, int to) {
    ByteBuffer payload = Payload.open(this, bytes, into, from, to);
    for (int i = from; i < to; i++) {
      into[i] = format.widen(payload.getShort((i - from) * Short.BYTES));
    }
  }
}
