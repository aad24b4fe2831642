package io.centroid.serve.http;

import io.centroid.serve.protocol.RefusedRequest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;

/**
 * Reads a body as it arrives, without a thread that waits for it, and never more than is allowed.
 * Memory is taken for what has come, not for what was announced.
 */
final class BodyReader implements Runnable {
  private static final int FIRST_ROOM = 4096;

  private final Exchange exchange;
  private final int most;
  private final Reader reader;
  private byte[] body = new byte[0];
  private int length;

  /** Takes a whole body; the array may be longer. */
  interface Reader {
    void read(byte[] body, int length);
  }

  BodyReader(Exchange exchange, int most, Reader reader) {
    this.exchange = exchange;
    this.most = most;
    this.reader = reader;
  }

  /** Reads what is there; comes back when more is. */
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
          exchange.refuse(
              chunk.getFailure() instanceof TimeoutException
                  ? Exchange.TOO_SLOW
                  : RefusedRequest.malformed("the body broke off"));
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
      exchange.refuse(e);
    }
  }

  private void add(ByteBuffer bytes) {
    int more = bytes.remaining();
    if (more > most - length) {
      throw new RefusedRequest(413, "the body is larger than " + most + " bytes");
    }
    if (length + more > body.length) {
      int room = Math.max(Math.max(FIRST_ROOM, length + more), Math.min(most, 2 * body.length));
      exchange.reserve(room - body.length);
      body = Arrays.copyOf(body, room);
    }
    bytes.get(body, length, more);
    length += more;
  }
}
