package io.centroid.encryption;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Writes blocks of 1 MiB on a thread of its own, one at a time: the encryption of a block overlaps
 * with the hashing and writing of the one before. A file of one block needs no thread. Closing the
 * stream completes the writes and leaves the other stream open. After a failure nothing more is
 * written, so that what is stored has no authentic end.
 */
final class WriteBehind extends OutputStream {
  private static final int BLOCK_BYTES = AesGcmWarmUp.LARGE;

  private final OutputStream out;
  private byte[] block = new byte[BLOCK_BYTES];
  private byte[] other = {};
  private int filled;
  private @Nullable ExecutorService thread;
  private @Nullable Future<?> pending;
  private boolean failed;

  WriteBehind(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    for (int done = 0; done < count && !failed; ) {
      if (filled == block.length) {
        handOver();
      }
      int copied = Math.min(count - done, block.length - filled);
      System.arraycopy(bytes, offset + done, block, filled, copied);
      filled += copied;
      done += copied;
    }
  }

  /** Ends the file where it is, since its content failed. */
  void abandon() {
    failed = true;
  }

  /** Starts the write of the block, once the one before is written. */
  private void handOver() throws IOException {
    await();
    byte[] full = block;
    int length = filled;
    block = other.length == 0 ? new byte[BLOCK_BYTES] : other;
    other = full;
    filled = 0;
    ExecutorService writer = thread;
    if (writer == null) {
      AesGcmWarmUp.ensure();
      writer = Executors.newSingleThreadExecutor(WriteBehind::daemon);
      thread = writer;
    }
    pending =
        writer.submit(
            () -> {
              out.write(full, 0, length);
              return null;
            });
  }

  private static Thread daemon(Runnable task) {
    Thread made = new Thread(task, "centroid-encrypted-file");
    made.setDaemon(true);
    return made;
  }

  private void await() throws IOException {
    Future<?> write = pending;
    if (write == null) {
      return;
    }
    pending = null;
    try {
      write.get();
    } catch (InterruptedException e) {
      failed = true;
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while writing an encrypted file");
    } catch (ExecutionException e) {
      failed = true;
      Throwable cause = e.getCause();
      if (cause instanceof IOException failure) {
        throw failure;
      }
      if (cause instanceof Error failure) {
        throw failure; // Such as Hadoop's FSError of a local disk.
      }
      throw new IOException(cause);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      await();
      if (!failed) {
        out.write(block, 0, filled);
        filled = 0;
      }
    } finally {
      ExecutorService writer = thread;
      if (writer != null) {
        writer.shutdownNow(); // Interrupts a write only if this thread did not wait for it.
      }
    }
  }
}
