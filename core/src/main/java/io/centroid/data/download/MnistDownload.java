package io.centroid.data.download;

import io.centroid.InputException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Downloads MNIST's four files from mirrors into a local directory. A broken download is resumed
 * where it stopped; a file whose content is not MNIST's is deleted and asked of the next mirror.
 * Files appear under their names only once they are verified, and files that already are there and
 * verify are left alone. Not thread-safe; one download a directory at a time.
 */
public final class MnistDownload {
  private static final long MOST_BYTES = 256L << 20;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(30);
  private static final List<Item> MNIST =
      List.of(
          new Item("train-images-idx3-ubyte.gz", "6bbc9ace898e44ae57da46a324031adb"),
          new Item("train-labels-idx1-ubyte.gz", "a25bea736e30d166cdddb491f175f624"),
          new Item("t10k-images-idx3-ubyte.gz", "2646ac647ad5339dbf082846283269ea"),
          new Item("t10k-labels-idx1-ubyte.gz", "27ae3e4e09519cfbb04c329615203637"));

  private final List<URI> mirrors;
  private final List<Item> items;
  private final Duration stallTimeout;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  /**
   * One file to download.
   *
   * @param name name on the mirrors and on disk
   * @param md5 MD5 of the uncompressed content, in hex
   */
  record Item(String name, String md5) {}

  /**
   * @param mirrors base URLs (http or https), tried in this order
   */
  public MnistDownload(List<URI> mirrors) {
    this(mirrors, MNIST, STALL_TIMEOUT);
  }

  MnistDownload(List<URI> mirrors, List<Item> items, Duration stallTimeout) {
    if (mirrors.isEmpty()) {
      throw new InputException("no mirror to download from, expected at least one base URL");
    }
    for (URI mirror : mirrors) {
      if (mirror.getHost() == null || !String.valueOf(mirror.getScheme()).matches("https?")) {
        throw new InputException(mirror + ": not a mirror, expected an http or https URL");
      }
    }
    this.mirrors = List.copyOf(mirrors);
    this.items = List.copyOf(items);
    this.stallTimeout = stallTimeout;
  }

  /**
   * Brings all files into the directory, which is made if it is missing.
   *
   * @return how many files were downloaded; the others were there
   * @throws InputException naming the file and what each mirror answered, if none has it
   * @throws UncheckedIOException if the directory cannot be written
   */
  public int into(Path directory, DownloadProgress progress) {
    try {
      Files.createDirectories(directory);
      int downloaded = 0;
      for (Item item : items) {
        Path file = directory.resolve(item.name());
        if (!Files.exists(file) || !problem(file, item).isEmpty()) {
          Files.deleteIfExists(file);
          download(item, file, progress);
          downloaded++;
        }
      }
      return downloaded;
    } catch (IOException e) {
      throw new UncheckedIOException(directory + ": " + e.getMessage(), e);
    }
  }

  private void download(Item item, Path file, DownloadProgress progress) throws IOException {
    Path part = file.resolveSibling(item.name() + ".part");
    List<String> failures = new ArrayList<>();
    for (URI mirror : mirrors) {
      URI address = URI.create(mirror + (mirror.toString().endsWith("/") ? "" : "/") + item.name());
      String failure = tryMirror(address, item, part, progress);
      if (failure.isEmpty()) {
        publish(part, file);
        return;
      }
      failures.add(address + " " + failure);
    }
    throw new InputException(file + ": no mirror has this file: " + String.join("; ", failures));
  }

  /** One mirror: the rest of a part file if there is one, and the whole if that does not verify. */
  private String tryMirror(URI address, Item item, Path part, DownloadProgress progress)
      throws IOException {
    long resumeFrom = PartialFile.length(part);
    String failure = fetch(address, item, part, resumeFrom, progress);
    if (failure.isEmpty()) {
      failure = verify(part, item);
    }
    if (!failure.isEmpty() && resumeFrom > 0 && !Files.exists(part)) {
      failure = fetch(address, item, part, 0, progress);
      if (failure.isEmpty()) {
        failure = verify(part, item);
      }
    }
    return failure;
  }

  /** Receives a file; returns why it failed, or nothing. */
  private String fetch(
      URI address, Item item, Path part, long resumeFrom, DownloadProgress progress)
      throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(stallTimeout).GET();
    if (resumeFrom > 0) {
      request.header("Range", "bytes=" + resumeFrom + "-");
    }
    AtomicLong received = new AtomicLong(resumeFrom);
    PartialFile.Progress listener =
        (bytes, total) -> {
          received.set(bytes);
          progress.received(item.name(), bytes, total);
        };
    CompletableFuture<HttpResponse<Long>> response =
        client.sendAsync(
            request.build(), PartialFile.handler(part, resumeFrom, MOST_BYTES, listener));
    try {
      HttpResponse<Long> answer = await(response, received);
      int status = answer.statusCode();
      if (status == 206 && answer.body() < 0) {
        Files.deleteIfExists(part);
        return "answers with another range than asked for";
      }
      if (status == 416) {
        // Nothing lies past what is here: it is whole, or it is another file.
        return "";
      }
      return status == 200 || status == 206 ? "" : "answers " + status;
    } catch (TimeoutException e) {
      response.cancel(true);
      return "sends nothing for " + stallTimeout.toSeconds() + " s";
    } catch (ExecutionException e) {
      return "fails: " + e.getCause();
    } catch (InterruptedException e) {
      response.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("download interrupted");
    }
  }

  /** Waits as long as bytes keep coming. */
  private HttpResponse<Long> await(
      CompletableFuture<HttpResponse<Long>> response, AtomicLong received)
      throws InterruptedException, ExecutionException, TimeoutException {
    while (true) {
      long before = received.get();
      try {
        return response.get(stallTimeout.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (received.get() == before) {
          throw e;
        }
      }
    }
  }

  /** Deletes a part file whose content is wrong; returns what is wrong, or nothing. */
  private static String verify(Path part, Item item) throws IOException {
    String problem = Files.exists(part) ? problem(part, item) : "sends nothing";
    if (!problem.isEmpty()) {
      Files.deleteIfExists(part);
    }
    return problem;
  }

  private static String problem(Path file, Item item) throws IOException {
    try {
      String found = ContentDigest.md5(file);
      return found.equals(item.md5())
          ? ""
          : "sends other content (MD5 " + found + ", expected " + item.md5() + ")";
    } catch (InputException e) {
      return "sends damaged content (" + e.getMessage() + ")";
    }
  }

  private static void publish(Path part, Path file) throws IOException {
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, file);
    }
  }
}
