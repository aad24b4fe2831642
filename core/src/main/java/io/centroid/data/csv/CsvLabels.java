package io.centroid.data.csv;

import io.centroid.data.ClassNames;
import io.centroid.error.InputErrors;
import io.centroid.io.HadoopFiles;
import io.centroid.io.decoding.DecodedFiles;
import io.centroid.io.decoding.DecodingLimit;
import io.centroid.io.decoding.FileContent;
import java.util.List;
import java.util.Optional;

/**
 * Finds out whether the labels of a table are class numbers or class names. Not thread-safe.
 *
 * <p>Labels are class numbers if all are integers from 0 and one of them is 0, or {@code
 * data.classes} is set and above all. All other labels are names: words, booleans, negative
 * numbers, integers from 1. The first 16 MiB decide that labels are numbers; names are collected
 * from all rows.
 */
public final class CsvLabels {
  private static final long MOST_BYTES = 16L << 20;

  private final DecodedFiles files;
  private final CsvFormat format;
  private final CsvLineBreaks breaks;
  private final ClassNames.Found names;
  private boolean numbers = true;
  private boolean zero;
  private int largest;
  private boolean tooMany;
  private long read;

  private CsvLabels(HadoopFiles files, String first, CsvFormat format, CsvLineBreaks breaks) {
    this.files = new DecodedFiles(files);
    this.format = format;
    this.breaks = breaks;
    this.names =
        new ClassNames.Found(
            first, "model.loss = mean-squared-error is for real numbers; data.csv.target");
  }

  /**
   * The class names in the target columns of files; empty if labels are class numbers.
   *
   * @param breaks what is known of the line breaks in files
   * @throws io.centroid.error.InputException if a file has no target column, a label is invalid, or
   *     there are not 2 to {@link ClassNames#MOST} class names
   */
  public static Optional<ClassNames> in(
      HadoopFiles files, List<String> paths, CsvFormat format, CsvLineBreaks breaks) {
    CsvLabels labels = new CsvLabels(files, paths.get(0), format, breaks);
    for (String path : paths) {
      if (labels.areNumbers()) {
        return Optional.empty();
      }
      labels.read(path);
    }
    if (labels.countFromZero() || (labels.numbers && labels.tooMany)) {
      return Optional.empty();
    }
    ClassNames classes = labels.names.classes();
    if (format.classes() > 0 && classes.count() != format.classes()) {
      throw InputErrors.of(
          paths.get(0),
          "labels",
          format.classes() + " classes as data.classes or model.loss says",
          classes.count() + ": " + classes);
    }
    return Optional.of(classes);
  }

  private boolean areNumbers() {
    return read > MOST_BYTES && countFromZero();
  }

  private boolean countFromZero() {
    return numbers && (zero || largest < format.classes());
  }

  private void read(String path) {
    CsvHeader.Found found = CsvHeader.read(files.stored(), path, format.dialect());
    CsvHeader header = found.header();
    int column = header.names().indexOf(format.target());
    if (column < 0) {
      throw CsvColumns.withoutTarget(header, format.target());
    }
    DecodingLimit limit = DecodingLimit.setting(format.decodedLimit());
    try (FileContent content = files.open(path, found.head(), limit)) {
      CsvLines lines =
          new CsvLines(content, header, breaks.first(files.stored(), found).isPresent());
      long before = read;
      lines.range(header.dataStart(), content.length());
      while (!areNumbers() && lines.next()) {
        try {
          add(Labels.name(column, lines.field(column), header.encoding()), lines);
        } catch (CsvFieldException invalid) {
          throw lines.error(invalid);
        }
        read = before + lines.offset() - header.dataStart();
      }
    }
  }

  private void add(String name, CsvLines lines) {
    int number = numbers ? Labels.classNumber(name) : -1;
    zero |= number == 0;
    numbers &= number >= 0;
    largest = Math.max(largest, number);
    tooMany |= !names.add(name);
    if (tooMany && !numbers) {
      throw names.tooMany(lines.lineNumber());
    }
  }
}
