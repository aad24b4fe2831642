package io.centroid.averaging.codec;

/** Encodes values as float32: four bytes per value, lossless. */
public record Float32Codec() implements Codec {

  @Override
  public String name() {
    return "none";
  }

  @Override
  public boolean isExact() {
    return true;
  }

  @Override
  public int size(int count) {
    return Math.multiplyExact(count, Float.BYTES);
  }

  @Override
  public byte[] encode(float[] values, int from, int to) {
    var payload = Payload.create(this, values, from, to);
    payload.asFloatBuffer().put(values, from, to - from);
    return payload.array();
  }

  @Override
  public void decode(byte[] bytes, float[] into, int from, int to) {
    Payload.open(this, bytes, into, from, to).asFloatBuffer().get(into, from, to - from);
  }
}
