package io.centroid.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A memory-mapped file as a read-only vector. */
class ReadOnlyVectorTest {
  @TempDir Path folder;

  @Test
  void nativeKernelsReadAMappedFile() throws IOException {
    FloatVector mapped = FloatVector.readOnly(map(1, 2, 3, 4));
    FloatVector product = FloatVector.allocate(4);

    new DenseKernels().gemm(false, false, 2, 2, 2, 1, mapped, mapped, 0, product);

    float[] values = new float[4];
    product.store(values);
    assertThat(values).containsExactly(7, 10, 15, 22);
  }

  @Test
  void readOnlyVectorsRejectWrites() throws IOException {
    FloatVector mapped = FloatVector.readOnly(map(1, 2, 3, 4));
    FloatVector other = FloatVector.allocate(4);
    for (FloatVector vector : new FloatVector[] {mapped, mapped.slice(1, 2)}) {
      assertThat(ReadOnlyVectors.isReadOnly(vector)).isTrue();
      assertThatThrownBy(() -> vector.write(0, new float[1], 1)).hasMessageEndingWith("read-only");
      assertThatThrownBy(() -> vector.load(new float[(int) vector.size()]))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(vector::pointer).isInstanceOf(IllegalStateException.class);
    }
    DenseKernels kernels = new DenseKernels();
    assertThatThrownBy(() -> kernels.gemm(false, false, 2, 2, 2, 1, other, other, 0, mapped))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> kernels.scale(4, 2, mapped)).isInstanceOf(IllegalStateException.class);
    float[] values = new float[4];
    mapped.store(values);
    assertThat(values).containsExactly(1, 2, 3, 4);
  }

  @Test
  void rejectsBuffersThatNativeCodeCannotRead() {
    assertThatThrownBy(() -> FloatVector.readOnly(FloatBuffer.allocate(2)))
        .isInstanceOf(IllegalArgumentException.class);
    ByteOrder other =
        ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN
            ? ByteOrder.LITTLE_ENDIAN
            : ByteOrder.BIG_ENDIAN;
    FloatBuffer swapped = ByteBuffer.allocateDirect(8).order(other).asFloatBuffer();
    assertThatThrownBy(() -> FloatVector.readOnly(swapped))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private FloatBuffer map(float... values) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.nativeOrder());
    bytes.asFloatBuffer().put(values);
    Path file = Files.write(folder.resolve("floats"), bytes.array());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel
          .map(MapMode.READ_ONLY, 0, values.length * 4L)
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer();
    }
  }
}
