package io.centroid.data.csv;

import io.centroid.data.ExampleSink;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.ShardPlan;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.decoding.DecodedFiles;
import io.centroid.io.decoding.DecodingLimit;
import io.centroid.io.decoding.FileContent;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A CSV data set of numbers with a header line: Kaggle's Digit Recognizer ({@code
 * label,pixel0,...,pixel783}; its {@code test.csv} has no label column), or any table for
 * classification or regression. A byte-order mark, CRLF, blank lines, quoted fields, gzip and
 * UTF-16 are accepted. Columns are found by name if the format names them.
 *
 * <p>Workers get byte ranges; a row belongs to the range with its first byte. The key of an example
 * is the offset of its row in the (decoded) file. Immutable and serializable.
 */
public final class CsvSource implements ExampleSource {
  private static final long serialVersionUID = 1L;

  /** Option that names the column of groups, for messages. */
  private static final String GROUPS = "--by";

  private final DecodedFiles files;
  private final String train;
  private final @Nullable String test;
  private final CsvFormat format;
  private final CsvLineBreaks breaks;

  /** The rows that are read; null for all. */
  private final @Nullable CsvGroup group;

  /**
   * @param train path or URI of the training file
   * @param test path or URI of the test file; null if there is none
   */
  public CsvSource(HadoopFiles files, String train, @Nullable String test, CsvFormat format) {
    this(files, train, test, format, new CsvLineBreaks());
  }

  /**
   * @param test path or URI of the test file; null if there is none
   * @param breaks what is known of the line breaks in files
   */
  public CsvSource(
      HadoopFiles files,
      String train,
      @Nullable String test,
      CsvFormat format,
      CsvLineBreaks breaks) {
    this(files, train, test, format, breaks, null);
  }

  private CsvSource(
      HadoopFiles files,
      String train,
      @Nullable String test,
      CsvFormat format,
      CsvLineBreaks breaks,
      @Nullable CsvGroup group) {
    this.files = new DecodedFiles(files);
    this.train = train;
    this.test = test;
    this.format = format;
    this.breaks = breaks;
    this.group = group;
  }

  /** The same examples with the same keys, restricted to those of a group. */
  public CsvSource only(CsvGroup wanted) {
    return new CsvSource(files.stored(), train, test, format, breaks, wanted);
  }

  @Override
  public SourceSchema schema(Split split) {
    CsvColumns columns = columns(split);
    return new SourceSchema(
        shape(columns), format.features(), OptionalLong.empty(), columns.labeled());
  }

  /** Names of the feature columns, in the order of an example's values. */
  public List<String> features(Split split) {
    return columns(split).features();
  }

  /** Names of the columns that are read for nothing, other than those that are to be ignored. */
  public List<String> extraColumns(Split split) {
    return columns(split).extra();
  }

  /** Names of the columns that are left out as row indexes; empty for one without a name. */
  public List<String> indexColumns(Split split) {
    return columns(split).indexes();
  }

  /** Number of the line, from 1, that is the first to end in a quoted field; empty if none does. */
  public OptionalLong firstLineBreak(Split split) {
    return breaks.first(
        files.stored(), CsvHeader.read(files.stored(), path(split), format.dialect()));
  }

  /**
   * Checks that a split has targets.
   *
   * @throws InputException if there is no target column
   */
  public void requireTarget(Split split) {
    CsvColumns columns = columns(split);
    if (!columns.labeled()) {
      throw CsvColumns.withoutTarget(columns.header(), format.target());
    }
  }

  private CsvColumns columns(Split split) {
    return CsvColumns.of(
        CsvHeader.read(files.stored(), path(split), format.dialect()).header(), format);
  }

  @Override
  public ExampleSource withOwnCache() {
    return new CsvSource(files.stored(), train, test, format, breaks, group);
  }

  @Override
  public String place(Split split) {
    return path(split);
  }

  @Override
  public String keyName() {
    return "the row at offset";
  }

  @Override
  public void read(Split split, long seed, int worker, int workers, ExampleSink sink) {
    String path = path(split);
    CsvHeader.Found found = CsvHeader.read(files.stored(), path, format.dialect());
    CsvHeader header = found.header();
    CsvColumns columns = CsvColumns.of(header, format);
    shape(columns);
    DecodingLimit limit = DecodingLimit.setting(format.decodedLimit());
    try (FileContent content = files.open(path, found.head(), limit)) {
      CsvLines lines =
          new CsvLines(content, header, breaks.first(files.stored(), found).isPresent());
      CsvRow row = new CsvRow(columns, format);
      int grouped = group == null ? -1 : CsvColumns.index(header, group.column(), GROUPS);
      long start = header.dataStart();
      ShardPlan plan = new ShardPlan(seed, workers, content.length() - start, 1);
      for (ShardPlan.Range range : plan.ranges(worker)) {
        lines.range(start + range.from(), start + range.to());
        while (lines.next()) {
          if (group != null
              && !group.value().equals(CsvGroup.value(lines, grouped, header.encoding()))) {
            continue;
          }
          lines.parse(row);
          switch (format.features()) {
            case PIXELS -> sink.image(lines.offset(), row.pixels(), 0, row.target());
            case NUMBERS -> sink.row(lines.offset(), row.numbers(), row.target());
          }
        }
      }
    }
  }

  /**
   * Different values of a column, which need not be a feature, as those of a {@link CsvGroup}.
   * Reads rows until {@code most} are found.
   *
   * @throws InputException if there is no such column, or more than one of the name
   */
  public SortedSet<String> values(Split split, String column, int most) {
    CsvHeader.Found found = CsvHeader.read(files.stored(), path(split), format.dialect());
    CsvHeader header = found.header();
    int index = CsvColumns.index(header, column, GROUPS);
    SortedSet<String> values = new TreeSet<>();
    DecodingLimit limit = DecodingLimit.setting(format.decodedLimit());
    try (FileContent content = files.open(path(split), found.head(), limit)) {
      CsvLines lines =
          new CsvLines(content, header, breaks.first(files.stored(), found).isPresent());
      lines.range(header.dataStart(), content.length());
      while (values.size() < most && lines.next()) {
        values.add(CsvGroup.value(lines, index, header.encoding()));
      }
    }
    return values;
  }

  /** Number of times a file was decoded. */
  long decodings() {
    return files.decodings();
  }

  private InputShape shape(CsvColumns columns) {
    InputShape wanted = format.shape();
    int features = columns.features().size();
    if (wanted != null) {
      if (wanted.size() != features) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "%s: line %d: %d columns other than '%s', expected %d for the shape %s",
                columns.header().path(),
                columns.header().line(),
                features,
                format.target(),
                wanted.size(),
                wanted));
      }
      return wanted;
    }
    int side = (int) Math.round(Math.sqrt(features));
    boolean square =
        format.features() == SourceSchema.FeatureKind.PIXELS && side * side == features;
    return square ? new InputShape(1, side, side) : InputShape.row(features);
  }

  private String path(Split split) {
    String path =
        switch (split) {
          case TRAIN -> train;
          case TEST -> test;
        };
    if (path == null) {
      throw new InputException(train + ": there is no test file next to the training file");
    }
    return path;
  }
}
