package io.centroid.serve.http;

import io.centroid.serve.protocol.RejectedRequestException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;

/**
 * Reads a request body asynchronously, up to a maximum size. Memory is allocated for received
 * bytes, not for the announced length.
 */
final class BodyReader implements Runnable {
  private static final int INITIAL_CAPACITY = 4096;

  private final Exchange exchange;
  private final int maxBytes;
  private final Reader reader;
  private byte[] body = new byte[0];
  private int length;

  /** Receives a complete body; the array may be longer. */
  interface Reader {
    void read(byte[] body, int length);
  }

  BodyReader(Exchange exchange, int maxBytes, Reader reader) {
    this.exchange = exchange;
    this.maxBytes = maxBytes;
    this.reader = reader;
  }

  /** Reads the available content and registers for more. */
  @Override
  public void run() {
    try {
      while (!exchange.answered()) {
        Content.Chunk chunk = exchange.request().read();
        if (chunk == null) {
          exchange.request().demand(this);
          return;
        }
        if (Content.Chunk.isFailure(chunk)) {
          exchange.reject(
              chunk.getFailure() instanceof TimeoutException
                  ? Exchange.BODY_TIMEOUT
                  : RejectedRequestException.malformed("the body ended early"));
          return;
        }
        boolean last = chunk.isLast();
        try {
          add(chunk.getByteBuffer());
        } finally {
          chunk.release();
        }
        if (last) {
          exchange.arrived();
          reader.read(body, length);
          return;
        }
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      exchange.reject(e);
    }
  }

  private void add(ByteBuffer bytes) {
    int more = bytes.remaining();
    if (more > maxBytes - length) {
      throw new RejectedRequestException(413, "the body is larger than " + maxBytes + " bytes");
    }
    if (length + more > body.length) {
      int capacity =
          Math.max(Math.max(INITIAL_CAPACITY, length + more), Math.min(maxBytes, 2 * body.length));
      exchange.reserve(capacity - body.length);
      body = Arrays.copyOf(body, capacity);
    }
    bytes.get(body, length, more);
    length += more;
  }
}
