package io.centroid.data.download;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Receives a response's body into a {@code .part} file: appends what a server sends of the rest
 * (206), starts again with a whole file (200), takes nothing from any other answer. The body is the
 * number of bytes that the file has then.
 */
final class PartialFile implements HttpResponse.BodySubscriber<Long> {
  private final Path part;
  private final long kept;
  private final long total;
  private final long most;
  private final Progress progress;
  private final CompletableFuture<Long> done = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;
  private @Nullable FileChannel channel;
  private long length;

  /** Told the number of bytes so far and the total, -1 if unknown. */
  interface Progress {
    void received(long bytes, long total);
  }

  /**
   * @param kept how many bytes of the part file stay in front of the body
   * @param total length of the whole file, -1 if unknown
   * @param most largest length that is accepted
   */
  private PartialFile(Path part, long kept, long total, long most, Progress progress) {
    this.part = part;
    this.kept = kept;
    this.total = total;
    this.most = most;
    this.progress = progress;
    this.length = kept;
  }

  static HttpResponse.BodyHandler<Long> handler(
      Path part, long resumeFrom, long most, Progress progress) {
    return info -> {
      long body = info.headers().firstValueAsLong("Content-Length").orElse(-1);
      boolean resumed =
          info.statusCode() == 206
              && info.headers()
                  .firstValue("Content-Range")
                  .filter(range -> range.startsWith("bytes " + resumeFrom + "-"))
                  .isPresent();
      if (info.statusCode() == 200 || resumed) {
        long kept = resumed ? resumeFrom : 0;
        return new PartialFile(part, kept, body < 0 ? -1 : kept + body, most, progress);
      }
      return HttpResponse.BodySubscribers.replacing(-1L);
    };
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription = newSubscription;
    try {
      FileChannel opened =
          FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel = opened;
      opened.truncate(kept);
      opened.position(kept);
      progress.received(kept, total);
      newSubscription.request(1);
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    FileChannel open = channel;
    Flow.Subscription more = subscription;
    if (open == null || more == null || done.isDone()) {
      return;
    }
    try {
      for (ByteBuffer buffer : buffers) {
        length += buffer.remaining();
        if (length > most) {
          throw new IOException("sends more than " + most + " bytes");
        }
        while (buffer.hasRemaining()) {
          open.write(buffer);
        }
      }
      progress.received(length, total);
      more.request(1);
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
  }

  @Override
  public void onError(Throwable failure) {
    close();
    done.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    close();
    done.complete(length);
  }

  @Override
  public CompletionStage<Long> getBody() {
    return done;
  }

  /** Length of the part file on disk, 0 if there is none. */
  static long length(Path part) {
    try {
      return Files.exists(part) ? Files.size(part) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fail(Exception e) {
    Flow.Subscription running = subscription;
    if (running != null) {
      running.cancel();
    }
    onError(e);
  }

  private void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      done.completeExceptionally(e);
    }
  }
}
