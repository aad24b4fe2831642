package io.centroid.model.gpt2;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class TinyShakespeare {
  private TinyShakespeare() {}

  static int[] ids(Path fixture) {
    try {
      java.nio.IntBuffer b =
          java.nio.ByteBuffer.wrap(Files.readAllBytes(Path.of("/tmp/ids.bin"))).asIntBuffer();
      int[] ids = new int[b.remaining()];
      b.get(ids);
      return ids;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
