package io.centroid.data.idx;

import io.centroid.data.ClassNames;
import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.ShardPlan;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.decoding.DecodedFiles;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A data set of images and labels in IDX files, the format of MNIST and similar sets (described at
 * the end of LeCun, Cortes and Burges' page of the data set). Images have shape (count, height,
 * width) or (count, channels, height, width); unsigned bytes are pixels, values of other types are
 * numbers. Labels are whole numbers of any type; of QMNIST's eight columns the first is the class.
 * Files are on any Hadoop file system, gzipped or not. A worker reads only its own records of a
 * plain file; a gzipped file is decoded once per JVM and training run.
 *
 * <p>The key of an example is its record number, from 0. Immutable and serializable.
 */
public final class IdxSource implements ExampleSource {
  private static final long serialVersionUID = 1L;

  /** Default maximum decoded size of a gzipped file in bytes. */
  public static final long DEFAULT_DECODED_LIMIT = 2L << 30;

  private static final int BUFFER_BYTES = 1 << 20;

  private final DecodedFiles files;
  private final IdxFiles train;
  private final @Nullable IdxFiles test;
  private final int classes;
  private final boolean realTargets;
  private final long decodedLimit;

  /**
   * @param test files of the test split; null if there is none
   * @param classes number of classes; 0 if unknown
   * @param decodedLimit maximum decoded size of a gzipped file in bytes
   */
  public IdxSource(
      HadoopFiles files, IdxFiles train, @Nullable IdxFiles test, int classes, long decodedLimit) {
    this(files, train, test, classes, false, decodedLimit);
  }

  /**
   * Like {@link #IdxSource(HadoopFiles, IdxFiles, IdxFiles, int, long)}, also for regression.
   *
   * @param realTargets whether labels are the real numbers of a regression
   */
  public IdxSource(
      HadoopFiles files,
      IdxFiles train,
      @Nullable IdxFiles test,
      int classes,
      boolean realTargets,
      long decodedLimit) {
    if (classes < 0 || decodedLimit < 1) {
      throw new IllegalArgumentException("classes " + classes + ", decodedLimit " + decodedLimit);
    }
    this.files = new DecodedFiles(files);
    this.train = train;
    this.test = test;
    this.classes = classes;
    this.realTargets = realTargets;
    this.decodedLimit = decodedLimit;
  }

  /**
   * MNIST or a similar set, found in a directory by its usual file names.
   *
   * @see MnistFiles
   */
  public static IdxSource mnist(HadoopFiles files, String directory, int classes) {
    return mnist(files, directory, classes, DEFAULT_DECODED_LIMIT);
  }

  /** Like {@link #mnist(HadoopFiles, String, int)}, with a limit of decoded bytes. */
  public static IdxSource mnist(
      HadoopFiles files, String directory, int classes, long decodedLimit) {
    MnistFiles found = MnistFiles.in(files, directory);
    return new IdxSource(files, found.train(), found.test(), classes, decodedLimit);
  }

  @Override
  public SourceSchema schema(Split split) {
    IdxFiles pair = files(split);
    IdxHeader images = IdxFile.header(files.stored(), pair.images(), IdxHeader.Content.IMAGES);
    if (pair.labels() != null) {
      IdxHeader labels = IdxFile.header(files.stored(), pair.labels(), IdxHeader.Content.LABELS);
      checkCounts(pair, images, labels);
    }
    return new SourceSchema(
        images.shape(),
        images.type() == ElementType.UNSIGNED_BYTE
            ? SourceSchema.FeatureKind.PIXELS
            : SourceSchema.FeatureKind.NUMBERS,
        OptionalLong.of(images.count()),
        pair.labels() != null);
  }

  @Override
  public ExampleSource withOwnCache() {
    return new IdxSource(files.stored(), train, test, classes, realTargets, decodedLimit);
  }

  @Override
  public String place(Split split) {
    return files(split).images();
  }

  @Override
  public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
    IdxFiles pair = files(split);
    try (IdxFile images = open(pair.images(), IdxHeader.Content.IMAGES);
        IdxFile labels =
            pair.labels() == null ? null : open(pair.labels(), IdxHeader.Content.LABELS)) {
      if (labels != null) {
        checkCounts(pair, images.header(), labels.header());
      }
      int recordBytes = images.header().recordBytes();
      int labelBytes = labels == null ? 0 : labels.header().recordBytes();
      int batch = Math.max(1, BUFFER_BYTES / Math.max(recordBytes, labelBytes));
      int most = Math.min(batch, images.header().count());
      byte[] values = new byte[most * recordBytes];
      ByteBuffer classNumbers = ByteBuffer.allocate(most * labelBytes);
      Images into = new Images(pair, images.header(), sink, values);
      ShardPlan plan = new ShardPlan(seed, workers, images.header().count(), recordBytes);
      for (ShardPlan.Range range : plan.ranges(worker)) {
        for (long first = range.from(); first < range.to(); first += batch) {
          int records = (int) Math.min(batch, range.to() - first);
          images.read(first, records, values);
          if (labels != null) {
            labels.read(first, records, classNumbers.array());
          }
          for (int i = 0; i < records; i++) {
            float target =
                labels == null
                    ? Float.NaN
                    : target(
                        pair,
                        first + i,
                        labels.header().type().value(classNumbers, i * labelBytes));
            into.put(first + i, i * recordBytes, target);
          }
        }
      }
    }
  }

  /** Number of times a file was decoded. */
  long decodings() {
    return files.decodings();
  }

  private IdxFile open(String path, IdxHeader.Content content) {
    return IdxFile.open(files, path, content, decodedLimit);
  }

  private float target(IdxFiles pair, long record, double label) {
    if (realTargets && Float.isFinite((float) label)) {
      return (float) label;
    }
    int last = (classes > 0 ? classes : ClassNames.MOST) - 1;
    boolean whole = label == (int) label;
    if (realTargets || !whole || label < 0 || label > last) {
      throw new InputException(
          pair.labels()
              + ": record "
              + record
              + ": label "
              + (whole ? Integer.toString((int) label) : Double.toString(label))
              + ", expected "
              + (realTargets ? "a finite number" : ClassNames.range(classes)));
    }
    return (float) label;
  }

  /** Passes images on: bytes as pixels, values of another type as numbers. */
  private static final class Images {
    private final IdxFiles pair;
    private final ElementType type;
    private final ExampleSink sink;
    private final byte[] bytes;
    private final ByteBuffer values;
    private final float[] row;

    Images(IdxFiles pair, IdxHeader header, ExampleSink sink, byte[] bytes) {
      this.pair = pair;
      this.type = header.type();
      this.sink = sink;
      this.bytes = bytes;
      this.values = ByteBuffer.wrap(bytes);
      this.row = new float[type == ElementType.UNSIGNED_BYTE ? 0 : header.shape().size()];
    }

    void put(long record, int offset, float target) {
      if (type == ElementType.UNSIGNED_BYTE) {
        sink.image(record, bytes, offset, target);
        return;
      }
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) type.value(values, offset + i * type.bytes());
        if (!Float.isFinite(row[i])) {
          throw new InputException(
              pair.images()
                  + ": record "
                  + record
                  + ": value "
                  + i
                  + ": expected a finite number, found "
                  + row[i]);
        }
      }
      sink.row(record, row, target);
    }
  }

  private IdxFiles files(Split split) {
    IdxFiles pair =
        switch (split) {
          case TRAIN -> train;
          case TEST -> test;
        };
    if (pair == null) {
      throw new InputException(
          train.images() + ": there are no test files next to the training files");
    }
    return pair;
  }

  private static void checkCounts(IdxFiles pair, IdxHeader images, IdxHeader labels) {
    if (images.count() != labels.count()) {
      throw new InputException(
          pair.labels()
              + ": offset 4: "
              + labels.count()
              + " labels, expected "
              + images.count()
              + " as in the images "
              + pair.images());
    }
  }
}
