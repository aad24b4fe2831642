package io.centroid.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.io.ByteSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileCipherTest {
  private static final String NAME = "parameters.safetensors";
  private static final String RUN = "0123456789abcdef0123456789abcdef";
  private static final int SEGMENT = FileCipher.SEGMENT_BYTES;

  private static final DataKey KEY = new DataKey(bytes(1, 32));
  private static final FileCipher CIPHER = FileCipher.of(KEY, RUN, 40);

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 1000, SEGMENT - 56, SEGMENT - 55, SEGMENT, 3 * SEGMENT + 17, 5 << 20, 10000001})
  void decryptsWhatWasEncrypted(int length) throws IOException {
    byte[] plain = bytes(2, length);
    byte[] stored = encrypted(CIPHER, NAME, plain);
    int segments = (40 + length) / (SEGMENT - 16) + 1;
    assertThat(stored.length).isBetween(length + 56, length + 40 + 16 * segments);
    assertThat(CIPHER.decrypt("f", NAME, stored)).isEqualTo(plain);
  }

  @Test
  void noneStoresPlainFiles() throws IOException {
    byte[] plain = bytes(3, 500);
    assertThat(encrypted(FileCipher.NONE, NAME, plain)).isEqualTo(plain);
    assertThat(FileCipher.NONE.decrypt("f", NAME, plain)).isEqualTo(plain);
  }

  @Test
  void equalContentsHaveDifferentCiphertexts() throws IOException {
    byte[] plain = new byte[4096];
    assertThat(encrypted(CIPHER, NAME, plain)).isNotEqualTo(encrypted(CIPHER, NAME, plain));
  }

  @Test
  void everyFlippedBitIsRefused() throws IOException {
    byte[] stored = encrypted(CIPHER, NAME, bytes(4, 2000));
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] flipped = stored.clone();
      flipped[random.nextInt(stored.length)] ^= (byte) (1 << random.nextInt(8));
      refused += isRefused(CIPHER, NAME, flipped) ? 1 : 0;
    }
    assertThat(refused).isEqualTo(10_000);
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] stored = encrypted(CIPHER, NAME, bytes(6, 2 * SEGMENT + 100));
    List<Integer> accepted = new ArrayList<>();
    for (int length : new int[] {0, 1, 39, 40, 55, 56, 57, SEGMENT - 1, SEGMENT, SEGMENT + 1}) {
      if (!isRefused(CIPHER, NAME, Arrays.copyOf(stored, length))) {
        accepted.add(length);
      }
    }
    for (int cut : new int[] {1, 15, 16, 17, 100, SEGMENT}) {
      if (!isRefused(CIPHER, NAME, Arrays.copyOf(stored, stored.length - cut))) {
        accepted.add(stored.length - cut);
      }
    }
    assertThat(accepted).isEmpty();
    assertThat(isRefused(CIPHER, NAME, Arrays.copyOf(stored, stored.length + 1))).isTrue();
  }

  /** Its first segments are authentic, and a reader would parse them. */
  @Test
  void aFileOfAnotherLengthIsRefusedBeforeAByteIsReturned() throws IOException {
    byte[] stored = encrypted(CIPHER, NAME, bytes(16, 4 * SEGMENT));
    for (int length : new int[] {56, 100, SEGMENT, SEGMENT + 100, 3 * SEGMENT, 4 * SEGMENT}) {
      Memory cut = new Memory(Arrays.copyOf(stored, length));
      assertThatThrownBy(() -> CIPHER.decrypting(NAME, cut))
          .as("%s bytes", length)
          .isInstanceOf(InputException.class)
          .hasMessage(
              "memory: not authentic: altered, truncated, or a file of another name, step or run");
    }
    Memory longer = new Memory(Arrays.copyOf(stored, stored.length + SEGMENT));
    assertThatThrownBy(() -> CIPHER.decrypting(NAME, longer)).hasMessageContaining("not authentic");
  }

  @Test
  void segmentsInAnotherOrderAreRefused() throws IOException {
    byte[] stored = encrypted(CIPHER, NAME, bytes(7, 3 * SEGMENT));
    byte[] swapped = stored.clone();
    System.arraycopy(stored, SEGMENT, swapped, 2 * SEGMENT, SEGMENT);
    System.arraycopy(stored, 2 * SEGMENT, swapped, SEGMENT, SEGMENT);
    assertThat(isRefused(CIPHER, NAME, swapped)).isTrue();
  }

  @Test
  void aFileIsReadableOnlyUnderItsNameStepRunAndKey() throws IOException {
    byte[] stored = encrypted(CIPHER, NAME, bytes(8, 100));
    assertThat(isRefused(CIPHER, NAME, stored)).isFalse();
    assertThat(isRefused(CIPHER, "state.safetensors", stored)).isTrue();
    assertThat(isRefused(FileCipher.of(KEY, RUN, 41), NAME, stored)).isTrue();
    assertThat(isRefused(FileCipher.of(KEY, RUN.replace('0', '1'), 40), NAME, stored)).isTrue();
    assertThat(isRefused(FileCipher.of(DataKey.random(), RUN, 40), NAME, stored)).isTrue();
  }

  @Test
  void noByteOfADamagedSegmentIsReturned() throws IOException {
    byte[] plain = bytes(9, 3 * SEGMENT);
    byte[] stored = encrypted(CIPHER, NAME, plain);
    stored[SEGMENT + 5] ^= 1;
    try (ByteSource source = CIPHER.decrypting(NAME, new Memory(stored))) {
      byte[] first = new byte[SEGMENT - 56];
      source.read(0, first, first.length);
      assertThat(first).isEqualTo(Arrays.copyOf(plain, first.length));
      byte[] next = new byte[10];
      assertThatThrownBy(() -> source.read(first.length, next, 10))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "memory: not authentic: altered, truncated, or a file of another name, step or run");
      assertThat(next).containsOnly(0);
    }
  }

  @Test
  void aFailureOfTheFileSystemIsNotTakenForDamage() throws IOException {
    byte[] stored = encrypted(CIPHER, NAME, bytes(10, 2 * SEGMENT));
    ByteSource failing =
        new ByteSource() {
          @Override
          public String name() {
            return "failing";
          }

          @Override
          public long length() {
            return stored.length;
          }

          @Override
          public void read(long position, byte[] into, int count) throws IOException {
            throw new IOException("connection reset");
          }

          @Override
          public void peek(long position, byte[] into, int count) {
            System.arraycopy(stored, (int) position, into, 0, count);
          }

          @Override
          public void close() {}
        };
    try (ByteSource source = CIPHER.decrypting(NAME, failing)) {
      assertThatThrownBy(() -> source.read(0, new byte[10], 10))
          .isInstanceOf(IOException.class)
          .hasMessage("connection reset");
    }
  }

  @Test
  void failuresOfTheStoreReachTheWriter() {
    assertThatThrownBy(
            () ->
                CIPHER
                    .encrypting(NAME, out -> out.write(bytes(11, 3 << 20)))
                    .writeTo(
                        new ByteArrayOutputStream() {
                          @Override
                          public synchronized void write(byte[] bytes, int offset, int count) {
                            throw new IllegalStateException("disk full");
                          }
                        }))
        .isInstanceOf(IOException.class)
        .hasRootCauseMessage("disk full");
  }

  /** A reader must not take a part of the content for all of it. */
  @Test
  void aFileWhoseContentFailedHasNoAuthenticEnd() throws IOException {
    for (int length : new int[] {0, 100, SEGMENT, 3 << 20}) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertThatThrownBy(
              () ->
                  CIPHER
                      .encrypting(
                          NAME,
                          content -> {
                            content.write(bytes(13, length));
                            throw new IOException("the source failed");
                          })
                      .writeTo(out))
          .isInstanceOf(IOException.class)
          .hasMessage("the source failed");
      assertThat(isRefused(CIPHER, NAME, out.toByteArray())).as("%s bytes", length).isTrue();
    }
  }

  /** Its store would receive blocks of two threads. */
  @Test
  void anInterruptedThreadWritesNoMore() throws InterruptedException {
    List<Thread> writers = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    OutputStream slow =
        new OutputStream() {
          @Override
          public void write(int value) {
            throw new IllegalStateException("expected blocks");
          }

          @Override
          public void write(byte[] bytes, int offset, int count) throws IOException {
            writers.add(Thread.currentThread());
            started.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              ended.countDown();
              throw new InterruptedIOException("interrupted");
            }
          }
        };
    try {
      assertThatThrownBy(
              () -> {
                try (WriteBehind stream = new WriteBehind(slow)) {
                  stream.write(bytes(14, 2 << 20));
                  started.await();
                  Thread.currentThread().interrupt();
                  stream.write(bytes(15, 1 << 20));
                }
              })
          .isInstanceOf(InterruptedIOException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(writers).hasSize(1).doesNotContain(Thread.currentThread());
  }

  @Test
  void tasksReceiveTheCipherAndItsTextHidesTheKey() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(CIPHER);
    }
    FileCipher received;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      received = (FileCipher) in.readObject();
    }
    byte[] plain = bytes(12, 300);
    assertThat(received.decrypt("f", NAME, encrypted(CIPHER, NAME, plain))).isEqualTo(plain);
    assertThat(CIPHER + " " + KEY).isEqualTo("AES256_GCM_HKDF_16KB DataKey");
  }

  private static boolean isRefused(FileCipher cipher, String name, byte[] stored)
      throws IOException {
    try {
      byte[] unused = cipher.decrypt("f", name, stored);
      return unused == stored;
    } catch (InputException e) {
      return true;
    }
  }

  private static byte[] encrypted(FileCipher cipher, String name, byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    cipher.encrypting(name, content -> content.write(plain)).writeTo(out);
    return out.toByteArray();
  }

  private static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private record Memory(byte[] content) implements ByteSource {
    @Override
    public String name() {
      return "memory";
    }

    @Override
    public long length() {
      return content.length;
    }

    @Override
    public void read(long position, byte[] into, int count) {
      System.arraycopy(content, (int) position, into, 0, count);
    }

    @Override
    public void close() {}
  }
}
