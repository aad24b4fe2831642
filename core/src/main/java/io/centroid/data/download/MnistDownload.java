package io.centroid.data.download;

import io.centroid.error.InputException;
import io.centroid.io.BoundedRead;
import io.centroid.io.decoding.GunzipStream;
import io.centroid.io.storage.AtomicDirectory;
import io.centroid.io.storage.AtomicFile;
import io.centroid.io.storage.OpenFile;
import io.centroid.io.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;

/**
 * A downloader of MNIST's four files from mirrors into a local directory. An interrupted download
 * is resumed; a file with other content is deleted and requested from the next mirror. Files are
 * verified before they are published under their names; existing valid files are kept. Not
 * thread-safe; one download per directory at a time.
 */
public final class MnistDownload {
  private static final long MOST_BYTES = 256L << 20;
  private static final long MOST_DECODED = 1L << 30;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(30);
  private static final List<Item> MNIST =
      List.of(
          new Item("train-images-idx3-ubyte.gz", "6bbc9ace898e44ae57da46a324031adb"),
          new Item("train-labels-idx1-ubyte.gz", "a25bea736e30d166cdddb491f175f624"),
          new Item("t10k-images-idx3-ubyte.gz", "2646ac647ad5339dbf082846283269ea"),
          new Item("t10k-labels-idx1-ubyte.gz", "27ae3e4e09519cfbb04c329615203637"));

  /** Names of the files. */
  public static final List<String> FILES = MNIST.stream().map(Item::name).toList();

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
   * @param name file name on the mirrors and on disk
   * @param md5 MD5 of the uncompressed content in hex
   */
  record Item(String name, String md5) {}

  /**
   * @param mirrors base URLs (http or https), in the order of attempts
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
   * Downloads the missing files into the directory, which is created if necessary.
   *
   * @return number of files downloaded
   * @throws InputException if no mirror has a file, or a file of its name has other content
   * @throws UncheckedIOException if the directory cannot be written
   */
  public int into(Path directory, DownloadProgress progress) {
    try {
      for (Item item : items) {
        requireOwn(directory.resolve(item.name()), item);
      }
      Files.createDirectories(directory);
      int downloaded = 0;
      for (Item item : items) {
        Path file = directory.resolve(item.name());
        if (!Files.exists(file)) {
          download(item, file, progress);
          downloaded++;
        }
      }
      return downloaded;
    } catch (IOException e) {
      throw new UncheckedIOException(directory + ": " + e.getMessage(), e);
    }
  }

  /** Another data set may have files of the same names: nothing is overwritten. */
  private static void requireOwn(Path file, Item item) throws IOException {
    if (Files.exists(file) && !problem(file, item).isEmpty()) {
      throw new InputException(
          file + ": exists, with other content than MNIST's; remove it, or name another folder");
    }
  }

  private void download(Item item, Path file, DownloadProgress progress) throws IOException {
    Path part = file.resolveSibling(AtomicDirectory.IN_PROGRESS + item.name());
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

  /** Syncs and publishes a part file; an earlier process may have completed it without a sync. */
  private static void publish(Path part, Path file) throws IOException {
    var target = new org.apache.hadoop.fs.Path(file.toUri());
    Storage storage = Storage.of(target, new Configuration());
    OpenFile.write(
        storage.fileSystem().append(new org.apache.hadoop.fs.Path(part.toUri())), Storage::sync);
    AtomicFile.ofOneWriter(storage, target).publish();
  }

  /**
   * Resumes a part file from one mirror, or downloads the whole file if the result does not verify.
   */
  private String tryMirror(URI address, Item item, Path part, DownloadProgress progress)
      throws IOException {
    boolean resumes = Files.exists(part);
    String failure = fetched(address, item, part, progress);
    return resumes && !failure.isEmpty() && !Files.exists(part)
        ? fetched(address, item, part, progress)
        : failure;
  }

  /**
   * Receives the rest of a file and verifies it; returns the reason of the failure, or an empty
   * string.
   */
  private String fetched(URI address, Item item, Path part, DownloadProgress progress)
      throws IOException {
    long kept = Files.exists(part) ? Files.size(part) : 0;
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(stallTimeout);
    if (kept > 0) {
      request.header("Range", "bytes=" + kept + "-");
    }
    try {
      HttpResponse<InputStream> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        String range = response.headers().firstValue("Content-Range").orElse("");
        switch (response.statusCode()) {
          case 200 -> receive(response, body, item, part, 0, progress);
          case 206 -> {
            if (!range.startsWith("bytes " + kept + "-")) {
              Files.deleteIfExists(part);
              return "answers with another range than requested";
            }
            receive(response, body, item, part, kept, progress);
          }
          case 416 -> {} // No bytes beyond the part file: it is complete, or it is another file.
          default -> {
            return "answers " + response.statusCode();
          }
        }
      }
    } catch (HttpTimeoutException | TimeoutException e) {
      return "sends nothing for " + stallTimeout.toSeconds() + " s";
    } catch (IOException e) {
      return "fails: " + e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("download interrupted");
    }
    String problem = Files.exists(part) ? problem(part, item) : "sends nothing";
    if (!problem.isEmpty()) {
      Files.deleteIfExists(part);
    }
    return problem;
  }

  /** Appends a response body to the part file. */
  private void receive(
      HttpResponse<?> response,
      InputStream body,
      Item item,
      Path part,
      long kept,
      DownloadProgress progress)
      throws IOException, InterruptedException, TimeoutException {
    long rest = response.headers().firstValueAsLong("Content-Length").orElse(-1);
    long total = rest < 0 ? -1 : kept + rest;
    byte[] block = new byte[1 << 16];
    long length = kept;
    StandardOpenOption how =
        kept > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
    try (OutputStream out =
        Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
      progress.received(item.name(), length, total);
      for (int read = read(body, block); read >= 0; read = read(body, block)) {
        length += read;
        if (length > MOST_BYTES) {
          throw new IOException("sends more than " + MOST_BYTES + " bytes");
        }
        out.write(block, 0, read);
        progress.received(item.name(), length, total);
      }
    }
  }

  /** Reads in another thread, since a response body has no timeout. */
  private int read(InputStream body, byte[] block)
      throws IOException, InterruptedException, TimeoutException {
    FutureTask<Integer> reading = new FutureTask<>(() -> body.read(block));
    ForkJoinPool.commonPool().execute(reading);
    try {
      return reading.get(stallTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  /**
   * The problem with a file, or an empty string. The decoded content is compared, which does not
   * depend on the compression. MD5 is what is published for MNIST; it detects damage, not forgery.
   */
  private static String problem(Path file, Item item) throws IOException {
    try (InputStream in = new GunzipStream(file.toString(), Files.newInputStream(file))) {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      DigestOutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest);
      BoundedRead.copy(file.toString(), in, out, MOST_DECODED);
      String found = HexFormat.of().formatHex(digest.digest());
      return found.equals(item.md5())
          ? ""
          : "sends other content (MD5 " + found + ", expected " + item.md5() + ")";
    } catch (InputException e) {
      return "sends damaged content (" + e.getMessage() + ")";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
