package io.centroid.data;

/** A gzipped file, decoded in memory and shared by the readers of this JVM. */
record DecodedContent(String path, DecodedBytes bytes) implements FileContent {

  @Override
  public long length() {
    return bytes.length();
  }

  @Override
  public int read(long position, byte[] target, int offset, int count) {
    return bytes.read(position, target, offset, count);
  }

  @Override
  public void close() {
    // The cache keeps the bytes for the next reader.
  }
}
