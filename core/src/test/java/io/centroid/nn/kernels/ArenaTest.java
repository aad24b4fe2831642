package io.centroid.nn.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;

class ArenaTest {
  private static final long FLOATS = 1 << 18;

  private final Arena arena = new Arena();

  @Test
  void closingFreesAllVectors() {
    long before = NativeBytes.settled();
    for (int i = 0; i < 8; i++) {
      assertThat(arena.allocate(FLOATS).size()).isEqualTo(FLOATS);
    }
    assertThat(NativeMemory.javacppBytes() - before).isEqualTo(8 * FLOATS * Float.BYTES);
    arena.close();
    assertThat(NativeMemory.javacppBytes()).isEqualTo(before);
    arena.close();
    assertThatThrownBy(() -> arena.allocate(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aVectorCanBeClosedBeforeTheOthers() {
    long before = NativeBytes.settled();
    FloatVector first = arena.allocate(FLOATS);
    FloatVector second = arena.allocate(FLOATS);
    first.close();
    first.close();
    assertThat(NativeMemory.javacppBytes() - before).isEqualTo(FLOATS * Float.BYTES);
    second.write(0, new float[] {3}, 1);
    arena.close();
    assertThat(NativeMemory.javacppBytes()).isEqualTo(before);
  }

  @Test
  void closedVectorsAndTheirSlicesThrow() {
    FloatVector vector = arena.allocate(4);
    List<FloatVector> all = new ArrayList<>(List.of(vector, vector.slice(1, 2)));
    all.add(all.get(1).slice(1, 1));
    FloatVector open = FloatVector.allocate(4);
    arena.close();
    for (FloatVector closed : all) {
      int size = (int) closed.size();
      assertClosed(size, () -> closed.read(0, new float[1], 1));
      assertClosed(size, () -> closed.write(0, new float[1], 1));
      assertClosed(size, () -> closed.load(new float[size]));
      assertClosed(size, () -> closed.store(new float[size]));
      assertClosed(size, closed::pointer);
      assertClosed(size, closed::constant);
      assertClosed(size, () -> closed.slice(0, 1));
    }
    DenseKernels kernels = new DenseKernels();
    assertClosed(4, () -> kernels.gemm(false, false, 2, 2, 2, 1, open, vector, 0, open));
    assertClosed(4, () -> kernels.gemm(false, false, 2, 2, 2, 1, open, open, 0, vector));
  }

  @Test
  void closingASliceLeavesTheVectorOpen() {
    FloatVector vector = arena.allocate(4);
    vector.slice(0, 4).close();
    vector.load(new float[] {1, 2, 3, 4});
    float[] values = new float[2];
    vector.slice(2, 2).store(values);
    assertThat(values).containsExactly(3, 4);
  }

  @Test
  void closingDoesNotFreeWrappedMemory() {
    try (FloatPointer engine = new FloatPointer(1, 2, 3)) {
      FloatVector wrapped = FloatVector.wrap(engine, 3, engine);
      wrapped.close();
      assertClosed(3, () -> wrapped.read(0, new float[1], 1));
      assertThat(engine.get(2)).isEqualTo(3);
    }
    ByteBuffer file = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
    file.asFloatBuffer().put(new float[] {5, 6});
    FloatVector mapped = FloatVector.readOnly(file.asFloatBuffer());
    mapped.close();
    assertClosed(2, () -> mapped.read(0, new float[1], 1));
    assertThat(file.asFloatBuffer().get(1)).isEqualTo(6);
  }

  private static void assertClosed(
      int size, org.assertj.core.api.ThrowableAssert.ThrowingCallable use) {
    assertThatThrownBy(use)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the vector of " + size + " values is closed");
  }
}
