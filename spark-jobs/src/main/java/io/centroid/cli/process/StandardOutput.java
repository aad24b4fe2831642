package io.centroid.cli.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Standard output, which keeps the first failed write: a {@link java.io.PrintWriter} drops it, and
 * the command would lose its result and report success.
 */
public final class StandardOutput extends OutputStream {
  private final OutputStream stream;
  private @Nullable IOException failure;

  /** The process's own. */
  public StandardOutput() {
    this(new FileOutputStream(FileDescriptor.out));
  }

  StandardOutput(OutputStream stream) {
    this.stream = stream;
  }

  /** A failed write to standard output. */
  public static final class LostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private LostException(IOException cause) {
      super("standard output: " + cause.getMessage(), cause);
    }

    /** Whether the reader of a pipe has enough, as {@code head} has. */
    public boolean isClosedPipe() {
      return String.valueOf(getMessage()).endsWith("Broken pipe");
    }
  }

  /**
   * Checks that everything was written.
   *
   * @throws LostException if a write failed
   */
  public void requireWritten() {
    if (failure != null) {
      throw new LostException(failure);
    }
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      stream.write(bytes, offset, length);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }
}
