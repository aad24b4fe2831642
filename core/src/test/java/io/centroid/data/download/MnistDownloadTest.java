package io.centroid.data.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.Bytes;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.data.download.LocalMirror.Behavior;
import io.centroid.data.idx.IdxSource;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MnistDownloadTest {
  private static final byte[] IMAGES = randomBytes(300_000);
  private static final byte[] LABELS = "labels".repeat(1000).getBytes(StandardCharsets.UTF_8);
  private static final List<MnistDownload.Item> ITEMS =
      List.of(
          new MnistDownload.Item("images.gz", md5(IMAGES)),
          new MnistDownload.Item("labels.gz", md5(LABELS)));

  @TempDir Path directory;

  @Test
  void aFreshDownloadIsVerifiedAndReported() throws IOException {
    try (LocalMirror mirror = mirror(Behavior.GOOD)) {
      List<String> reports = new ArrayList<>();
      int downloaded =
          download(mirror)
              .into(
                  directory.resolve("new/folder"),
                  (file, bytes, total) -> reports.add(file + " " + bytes + " of " + total));
      assertThat(downloaded).isEqualTo(2);
      assertThat(directory.resolve("new/folder/images.gz")).hasBinaryContent(Bytes.gzip(IMAGES));
      assertThat(names(directory.resolve("new/folder"))).containsExactly("images.gz", "labels.gz");
      int length = Bytes.gzip(IMAGES).length;
      assertThat(reports)
          .contains("images.gz 0 of " + length, "images.gz " + length + " of " + length);
      assertThat(mirror.ranges).containsExactly("", "");
    }
  }

  @Test
  void verifiedFilesAreNotDownloadedAgain() throws IOException {
    try (LocalMirror mirror = mirror(Behavior.GOOD)) {
      download(mirror).into(directory, DownloadProgress.NONE);
      Files.delete(directory.resolve("labels.gz"));
      assertThat(download(mirror).into(directory, DownloadProgress.NONE)).isEqualTo(1);
      assertThat(download(mirror).into(directory, DownloadProgress.NONE)).isZero();
      assertComplete();
    }
  }

  @Test
  void aFileWithOtherContentIsKept() throws IOException {
    try (LocalMirror mirror = mirror(Behavior.GOOD)) {
      byte[] other = Bytes.gzip(new byte[3]);
      Files.createDirectories(directory);
      Path file = Files.write(directory.resolve("labels.gz"), other);
      assertThatThrownBy(() -> download(mirror).into(directory, DownloadProgress.NONE))
          .isInstanceOf(InputException.class)
          .hasMessage(
              file
                  + ": exists, with other content than MNIST's; remove it, or name another folder");
      assertThat(file).hasBinaryContent(other);
      assertThat(directory.toFile().list()).containsExactly("labels.gz");
    }
  }

  @Test
  void aPartialFileIsResumed() throws IOException {
    byte[] whole = Bytes.gzip(IMAGES);
    int half = whole.length / 2;
    writePart(Arrays.copyOf(whole, half));
    try (LocalMirror mirror = mirror(Behavior.GOOD)) {
      download(mirror).into(directory, DownloadProgress.NONE);
      assertThat(mirror.ranges).containsExactly("bytes=" + half + "-", "");
      assertThat(mirror.bytesSent.get()).isEqualTo(whole.length - half + Bytes.gzip(LABELS).length);
      assertComplete();
    }
  }

  @Test
  void aServerMayIgnoreTheRange() throws IOException {
    writePart(Arrays.copyOf(Bytes.gzip(IMAGES), 1000));
    try (LocalMirror mirror = mirror(Behavior.IGNORES_RANGES)) {
      download(mirror).into(directory, DownloadProgress.NONE);
      assertComplete();
    }
  }

  @Test
  void requestsTheWholeFileAfterAWrongRange() throws IOException {
    writePart(Arrays.copyOf(Bytes.gzip(IMAGES), 1000));
    try (LocalMirror mirror = mirror(Behavior.ANSWERS_ANOTHER_RANGE)) {
      download(mirror).into(directory, DownloadProgress.NONE);
      assertThat(mirror.ranges).containsExactly("bytes=1000-", "", "");
      assertComplete();
    }
  }

  @Test
  void aCompletePartFileIsPublished() throws IOException {
    writePart(Bytes.gzip(IMAGES));
    try (LocalMirror mirror = mirror(Behavior.GOOD)) {
      download(mirror).into(directory, DownloadProgress.NONE);
      assertThat(mirror.bytesSent.get()).isEqualTo(Bytes.gzip(LABELS).length);
      assertComplete();
    }
  }

  @Test
  void aPartOfAnotherFileIsDeleted() throws IOException {
    writePart(randomBytes(1_000_000));
    try (LocalMirror mirror = mirror(Behavior.GOOD)) {
      download(mirror).into(directory, DownloadProgress.NONE);
      assertThat(mirror.ranges).containsExactly("bytes=1000000-", "", "");
      assertComplete();
    }
    Files.delete(directory.resolve("images.gz"));
    writePart(randomBytes(1000));
    try (LocalMirror mirror = mirror(Behavior.GOOD)) {
      download(mirror).into(directory, DownloadProgress.NONE);
      assertThat(mirror.ranges).containsExactly("bytes=1000-", "");
      assertComplete();
    }
  }

  @Test
  void triesTheNextMirrorAfterCorruptContent() throws IOException {
    try (LocalMirror corrupt = mirror(Behavior.GOOD);
        LocalMirror good = mirror(Behavior.GOOD)) {
      corrupt.files.put("images.gz", Bytes.gzip(randomBytes(100)));
      corrupt.files.put("labels.gz", randomBytes(100));
      download(corrupt, good).into(directory, DownloadProgress.NONE);
      assertThat(good.ranges).containsExactly("", "");
      assertComplete();
    }
  }

  @Test
  void anInterruptedDownloadResumesAtTheNextMirror() throws IOException {
    int whole = Bytes.gzip(IMAGES).length;
    try (LocalMirror broken = mirror(Behavior.BREAKS_OFF_HALFWAY);
        LocalMirror good = mirror(Behavior.GOOD)) {
      download(broken, good).into(directory, DownloadProgress.NONE);
      assertThat(good.ranges.get(0)).matches("bytes=\\d+-");
      // Java's HTTP client may drop undelivered buffers when a connection breaks.
      assertThat(Integer.parseInt(good.ranges.get(0).replaceAll("\\D", "")))
          .isBetween(whole / 2 - (64 << 10), whole / 2)
          .isPositive();
      assertComplete();
    }
  }

  @Test
  void triesTheNextMirrorAfterATimeout() throws IOException {
    try (LocalMirror silent = mirror(Behavior.NEVER_ANSWERS);
        LocalMirror good = mirror(Behavior.GOOD)) {
      List<URI> mirrors = List.of(silent.address(), good.address());
      new MnistDownload(mirrors, ITEMS, Duration.ofMillis(300))
          .into(directory, DownloadProgress.NONE);
      assertComplete();
    }
  }

  @Test
  void leavesNoFilesIfAllMirrorsFail() throws IOException {
    try (LocalMirror corrupt = mirror(Behavior.GOOD);
        LocalMirror empty = new LocalMirror(Behavior.GOOD)) {
      corrupt.files.put("images.gz", Bytes.gzip(randomBytes(100)));
      assertThatThrownBy(() -> download(corrupt, empty).into(directory, DownloadProgress.NONE))
          .isInstanceOf(InputException.class)
          .message()
          .contains(
              "images.gz: no mirror has this file",
              corrupt.address() + "/images.gz sends other content (MD5 ",
              "expected " + md5(IMAGES),
              empty.address() + "/images.gz answers 404")
          .doesNotContain("\n");
      assertThat(names(directory)).isEmpty();
    }
  }

  @Test
  void aMirrorMustBeAUrl() {
    assertThatThrownBy(() -> new MnistDownload(List.of(URI.create("/data/mnist"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("/data/mnist");
    assertThatThrownBy(() -> new MnistDownload(List.of())).isInstanceOf(InputException.class);
  }

  @Test
  void theRealFilesVerify() throws IOException {
    Path mnist = Path.of(System.getProperty("centroid.shared", "../shared"), "data", "mnist");
    Assumptions.assumeTrue(Files.isDirectory(mnist), "no MNIST in " + mnist);
    try (LocalMirror mirror = new LocalMirror(Behavior.GOOD)) {
      for (String name : names(mnist)) {
        mirror.files.put(name, Files.readAllBytes(mnist.resolve(name)));
      }
      MnistDownload download = new MnistDownload(List.of(mirror.address()));
      assertThat(download.into(directory, DownloadProgress.NONE)).isEqualTo(4);
      assertThat(download.into(directory, DownloadProgress.NONE)).isZero();
    }
    HadoopFiles files = new HadoopFiles(new Configuration());
    SourceSchema schema = IdxSource.mnist(files, directory.toString(), 10).schema(Split.TEST);
    assertThat(schema.count()).hasValue(10_000);
  }

  private static LocalMirror mirror(Behavior behavior) throws IOException {
    LocalMirror mirror = new LocalMirror(behavior);
    mirror.files.put("images.gz", Bytes.gzip(IMAGES));
    mirror.files.put("labels.gz", Bytes.gzip(LABELS));
    return mirror;
  }

  private static MnistDownload download(LocalMirror... mirrors) {
    List<URI> addresses = Arrays.stream(mirrors).map(LocalMirror::address).toList();
    return new MnistDownload(addresses, ITEMS, Duration.ofSeconds(20));
  }

  private void writePart(byte[] bytes) throws IOException {
    Files.write(directory.resolve(".inprogress-images.gz"), bytes);
  }

  private void assertComplete() throws IOException {
    assertThat(names(directory)).containsExactly("images.gz", "labels.gz");
    assertThat(directory.resolve("images.gz")).hasBinaryContent(Bytes.gzip(IMAGES));
    assertThat(directory.resolve("labels.gz")).hasBinaryContent(Bytes.gzip(LABELS));
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private static byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
