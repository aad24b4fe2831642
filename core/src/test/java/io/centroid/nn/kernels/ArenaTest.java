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
  void closingFreesAllVectorsAtOnce() {
    long before = NativeBytes.settled();
    for (int i = 0; i < 8; i++) {
      assertThat(arena.allocate(FLOATS).size()).isEqualTo(FLOATS);
    }
    assertThat(NativeMemory.trackedBytes() - before).isEqualTo(8 * FLOATS * Float.BYTES);
    arena.close();
    assertThat(NativeMemory.trackedBytes()).isEqualTo(before);
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
    assertThat(NativeMemory.trackedBytes() - before).isEqualTo(FLOATS * Float.BYTES);
    second.write(0, new float[] {3}, 1);
    arena.close();
    assertThat(NativeMemory.trackedBytes()).isEqualTo(before);
  }

  @Test
  void noUseOfAClosedVectorOrItsSlicesReachesItsMemory() {
    FloatVector vector = arena.allocate(4);
    List<FloatVector> all = new ArrayList<>(List.of(vector, vector.slice(1, 2)));
    all.add(all.get(1).slice(1, 1));
    FloatVector open = FloatVector.allocate(4);
    arena.close();
    for (FloatVector closed : all) {
      int size = (int) closed.size();
      assertRefused(size, () -> closed.read(0, new float[1], 1));
      assertRefused(size, () -> closed.write(0, new float[1], 1));
      assertRefused(size, () -> closed.load(new float[size]));
      assertRefused(size, () -> closed.store(new float[size]));
      assertRefused(size, closed::pointer);
      assertRefused(size, closed::constant);
      assertRefused(size, () -> closed.slice(0, 1));
    }
    DenseKernels kernels = new DenseKernels();
    assertRefused(4, () -> kernels.gemm(false, false, 2, 2, 2, 1, open, vector, 0, open));
    assertRefused(4, () -> kernels.gemm(false, false, 2, 2, 2, 1, open, open, 0, vector));
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
  void sharedMemoryIsLeftToItsOwner() {
    try (FloatPointer engine = new FloatPointer(1, 2, 3)) {
      FloatVector wrapped = FloatVector.wrap(engine, 3, engine);
      wrapped.close();
      assertRefused(3, () -> wrapped.read(0, new float[1], 1));
      assertThat(engine.get(2)).isEqualTo(3);
    }
    ByteBuffer file = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
    file.asFloatBuffer().put(new float[] {5, 6});
    FloatVector mapped = FloatVector.readOnly(file.asFloatBuffer());
    mapped.close();
    assertRefused(2, () -> mapped.read(0, new float[1], 1));
    assertThat(file.asFloatBuffer().get(1)).isEqualTo(6);
  }

  private static void assertRefused(
      int size, org.assertj.core.api.ThrowableAssert.ThrowingCallable use) {
    assertThatThrownBy(use)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the vector of " + size + " values is closed");
  }
}
