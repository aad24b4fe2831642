package io.centroid.data.idx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.data.Bytes;
import io.centroid.data.CountedFileSystem;
import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.Recorded;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxSourceTest extends IdxFolder {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void eachExampleIsInExactlyOneShardInFileOrder(int workers) throws IOException {
    IdxSource source = source(Bytes.images(COUNT), Bytes.labels(COUNT, 10), 10);
    List<Recorded.Example> together = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      List<Recorded.Example> shard = Recorded.shard(source, Split.TRAIN, worker, workers);
      assertThat(shard).isSortedAccordingTo(Comparator.comparing(Recorded.Example::key));
      assertThat(shard.size()).isBetween(COUNT / workers, COUNT / workers + 1);
      together.addAll(shard);
    }
    together.sort(Comparator.comparing(Recorded.Example::key));
    assertThat(together).isEqualTo(Recorded.all(source, Split.TRAIN)).hasSize(COUNT);
    assertThat(together.get(517).key()).isEqualTo(517);
    assertThat(together.get(517).target()).isEqualTo(5f);
    assertThat(together.get(517).values()).startsWith("[2, 5, ");
  }

  @Test
  void gzippedAndPlainFilesHaveTheSameExamples() throws IOException {
    IdxSource plain = source(Bytes.images(COUNT), Bytes.labels(COUNT, 10), 10);
    List<Recorded.Example> expected = Recorded.all(plain, Split.TRAIN);
    IdxSource gzipped =
        source(Bytes.gzip(Bytes.images(COUNT)), Bytes.gzip(Bytes.labels(COUNT, 10)), 10);
    assertThat(Recorded.all(gzipped, Split.TRAIN)).isEqualTo(expected);
    assertThat(gzipped.schema(Split.TRAIN)).isEqualTo(plain.schema(Split.TRAIN));
  }

  @Test
  void theSchemaComesFromTheHeaders() throws IOException {
    IdxSource source = source(Bytes.images(5), Bytes.labels(5, 3), 3);
    assertThat(source.schema(Split.TRAIN))
        .isEqualTo(
            new SourceSchema(
                new InputShape(1, 2, 3),
                SourceSchema.FeatureKind.PIXELS,
                OptionalLong.of(5),
                true));
  }

  @Test
  void imagesMayHaveChannels() throws IOException {
    byte[] images = Bytes.join(Bytes.header(0x804, 2, 3, 1, 2), new byte[12]);
    IdxSource source = source(images, Bytes.labels(2, 2), 0);
    assertThat(source.schema(Split.TRAIN).shape()).isEqualTo(new InputShape(3, 1, 2));
    assertThat(Recorded.all(source, Split.TRAIN)).hasSize(2);
  }

  @Test
  void aGzippedFileMayHaveSeveralMembers() throws IOException {
    byte[] images = Bytes.images(COUNT);
    byte[] members =
        Bytes.join(
            Bytes.gzip(Arrays.copyOf(images, 1000)),
            Bytes.gzip(new byte[0]),
            Bytes.gzip(Arrays.copyOfRange(images, 1000, images.length)));
    IdxSource source = source(members, Bytes.labels(COUNT, 10), 10);
    assertThat(Recorded.all(source, Split.TRAIN)).hasSize(COUNT);
  }

  @Test
  void aWorkerReadsOnlyItsPartOfAPlainFile() throws IOException {
    int count = 40_000;
    Path images =
        write("images", Bytes.join(Bytes.header(0x803, count, 8, 8), new byte[count * 64]));
    Path labels = write("labels", Bytes.labels(count, 10));
    IdxSource source =
        new IdxSource(
            new HadoopFiles(CountedFileSystem.configuration()),
            new IdxFiles("counted://" + images, "counted://" + labels),
            null,
            10,
            IdxSource.DEFAULT_DECODED_LIMIT);
    long fileBytes = Files.size(images) + Files.size(labels);
    long before = CountedFileSystem.bytesRead();
    Recorded.shard(source, Split.TRAIN, 1, 4);
    long read = CountedFileSystem.bytesRead() - before;
    assertThat(read).isBetween(fileBytes / 4, fileBytes / 4 + fileBytes / 12);
  }

  @Test
  void aGzippedFileIsDecodedOncePerTrainingRun() throws Exception {
    IdxSource source =
        source(Bytes.gzip(Bytes.images(COUNT)), Bytes.gzip(Bytes.labels(COUNT, 10)), 10);
    int workers = 8;
    CountDownLatch start = new CountDownLatch(workers);
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      List<Future<Integer>> sizes = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        int worker = i;
        sizes.add(
            threads.submit(
                () -> {
                  start.countDown();
                  start.await();
                  return Recorded.shard(source, Split.TRAIN, worker, workers).size();
                }));
      }
      int total = 0;
      for (Future<Integer> size : sizes) {
        total += size.get();
      }
      assertThat(total).isEqualTo(COUNT);
    } finally {
      threads.shutdown();
    }
    assertThat(source.decodings()).isEqualTo(2);
    ExampleSource uncached = source.withOwnCache();
    Recorded.shard(uncached, Split.TRAIN, 0, 1);
    Recorded.shard(uncached, Split.TRAIN, 0, 1);
    assertThat(((IdxSource) uncached).decodings()).isEqualTo(2);
    assertThat(source.decodings()).isEqualTo(2);
  }

  @Test
  void aChangedFileIsDecodedAgain() throws IOException {
    IdxSource source = source(Bytes.gzip(Bytes.images(10)), Bytes.labels(10, 10), 10);
    assertThat(Recorded.all(source, Split.TRAIN)).hasSize(10);
    IdxSource changed = source(Bytes.gzip(Bytes.images(999)), Bytes.labels(999, 10), 10);
    assertThat(Recorded.all(changed, Split.TRAIN)).hasSize(999);
  }

  @Test
  void findsVariantsOfTheStandardNames() throws IOException {
    write("emnist-letters-train-images-idx3-ubyte.gz", Bytes.gzip(Bytes.images(4)));
    write("emnist-letters-train-labels-idx1-ubyte.gz", Bytes.gzip(Bytes.labels(4, 4)));
    write("t10k-images.idx3-ubyte", Bytes.images(3));
    write("t10k-images.idx3-ubyte.gz", Bytes.gzip(Bytes.images(3)));
    write("t10k-labels.idx1-ubyte", Bytes.labels(3, 3));
    IdxSource source = IdxSource.mnist(FILES, directory.toString(), 10);
    assertThat(Recorded.all(source, Split.TRAIN)).hasSize(4);
    assertThat(Recorded.all(source, Split.TEST)).hasSize(3);
  }

  @Test
  void twoDataSetsInOneDirectoryAreAmbiguous() throws IOException {
    write("emnist-letters-train-images-idx3-ubyte", Bytes.images(4));
    write("emnist-digits-train-images-idx3-ubyte", Bytes.images(4));
    assertThatThrownBy(() -> IdxSource.mnist(FILES, directory.toString(), 10))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(directory.toString())
        .hasMessageContaining("emnist-digits-train-images-idx3-ubyte, emnist-letters");
  }

  @Test
  void missingFilesAreReported() throws IOException {
    assertThatThrownBy(() -> IdxSource.mnist(FILES, directory.toString(), 10))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("train-images-idx3-ubyte");
    assertThatThrownBy(() -> IdxSource.mnist(FILES, directory + "/none", 10))
        .isInstanceOf(InputException.class)
        .hasMessage(directory + "/none: no such file or directory");
    IdxSource source = source(Bytes.images(4), Bytes.labels(4, 4), 10);
    assertThatThrownBy(() -> source.schema(Split.TEST))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no test files");
  }

  @Test
  void aSourceSurvivesSerialization() throws IOException {
    IdxSource source = source(Bytes.images(COUNT), Bytes.labels(COUNT, 10), 10);
    IdxSource copy = Bytes.copied(source, IdxSource.class);
    assertThat(Recorded.all(copy, Split.TRAIN)).isEqualTo(Recorded.all(source, Split.TRAIN));
  }

  @Test
  @Timeout(60)
  void readsAllOfMnist() {
    Path mnist = Path.of(System.getProperty("centroid.shared", "../shared"), "data", "mnist");
    Assumptions.assumeTrue(Files.isDirectory(mnist), "no MNIST in " + mnist);
    IdxSource source = IdxSource.mnist(FILES, mnist.toString(), 10);
    int[] train = new int[10];
    source.read(Split.TRAIN, 1, 0, 1, labels(train));
    assertThat(train).containsExactly(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949);
    int[] test = new int[10];
    for (int worker = 0; worker < 3; worker++) {
      source.read(Split.TEST, 1, worker, 3, labels(test));
    }
    assertThat(test).containsExactly(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);
    assertThat(source.schema(Split.TRAIN).count()).hasValue(60_000);
  }

  private static ExampleSink labels(int[] histogram) {
    return new ExampleSink() {
      @Override
      public void image(long key, byte[] pixels, int offset, float target) {
        histogram[(int) target]++;
      }

      @Override
      public void row(long key, float[] values, float target) {
        throw new AssertionError("no rows");
      }

      @Override
      public void span(long key, boolean validation, int[] tokens, int length) {
        throw new AssertionError("no text");
      }

      @Override
      public void text(long key, int[] tokens, int length, float target) {
        throw new AssertionError("no text");
      }
    };
  }
}
