package io.centroid.run.data;

import io.centroid.config.RunConfig;
import io.centroid.data.ClassNames;
import io.centroid.data.InputShape;
import io.centroid.data.JoinedSource;
import io.centroid.data.Normalization;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.data.csv.CsvDialect;
import io.centroid.data.csv.CsvFormat;
import io.centroid.data.csv.CsvLabels;
import io.centroid.data.csv.CsvLineBreaks;
import io.centroid.data.csv.CsvSource;
import io.centroid.data.csv.TableSchema;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.error.NearestName;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.io.decoding.TextFormat;
import io.centroid.nn.Loss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the files of tables, and what their columns mean. */
final class TableSources {
  private final RunConfig.Data data;
  private final HadoopFiles files;
  private final CsvFormat format;
  private final CsvLineBreaks breaks = new CsvLineBreaks();

  TableSources(RunConfig.Data data, Loss loss, HadoopFiles files) {
    this.data = data;
    this.files = files;
    this.format = format(data, loss);
  }

  /** The configured file, or the training and test files of the configured folder. */
  DataSources configured() {
    String train = trainFiles().get(0);
    TableSchema schema = schema(List.of(train));
    Optional<String> given =
        isFolder(data.path()) ? file("test", data.path(), data.testFile()) : Optional.empty();
    // A test file without targets, such as Kaggle's, is for prediction, not for evaluation.
    String test = given.filter(path -> isLabeled(path, schema)).orElse(null);
    CsvSource source = new CsvSource(files, train, test, format.of(schema, true), breaks);
    Extra extra = new Extra();
    extra.add(source, Split.TRAIN);
    if (test != null) {
      extra.add(source, Split.TEST);
    }
    return new DataSources(source, test != null, schema, extra.notes())
        .withUnlabeledTest(test == null ? given.orElse(null) : null);
  }

  /** The training examples of the parts; test data in them is ignored. */
  DataSources joined() {
    List<String> paths = trainFiles();
    TableSchema schema = schema(paths);
    CsvFormat known = format.of(schema, true);
    Extra extra = new Extra();
    List<JoinedSource.Part> parts = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      CsvSource source = new CsvSource(files, paths.get(i), null, known, breaks);
      extra.add(source, Split.TRAIN);
      parts.add(new JoinedSource.Part(data.parts().get(i), source));
    }
    return new DataSources(new JoinedSource(parts), false, schema, extra.notes());
  }

  /**
   * A file, or the test file of a folder, as the test part.
   *
   * @param labels whether targets are read
   */
  DataSources test(boolean labels) {
    String file =
        isFolder(data.path())
            ? file("test", data.path(), data.testFile()).orElse(in("test.csv"))
            : data.path();
    TableSchema known = known(labels);
    CsvFormat wanted =
        known == null ? format.of(byPosition(allColumns(file)), labels) : format.of(known, labels);
    CsvSource source = new CsvSource(files, file, file, wanted, breaks);
    Extra extra = new Extra();
    extra.add(source, Split.TEST);
    return new DataSources(source, true, known, extra.notes());
  }

  /** The shape of a training example. */
  InputShape inputs() {
    return new CsvSource(files, trainFiles().get(0), null, format).schema(Split.TRAIN).shape();
  }

  private List<String> trainFiles() {
    return data.parts().isEmpty()
        ? List.of(trainFile(data.path()))
        : data.parts().stream().map(part -> trainFile(in(part))).toList();
  }

  /** The known schema of a model, or that of the training files. */
  private TableSchema schema(List<String> train) {
    TableSchema known = known(true);
    if (known != null) {
      return known;
    }
    CsvSource first = new CsvSource(files, train.get(0), null, format);
    if (data.csv().byPosition()) {
      return byPosition(first.features(Split.TRAIN));
    }
    first.requireTarget(Split.TRAIN);
    List<String> classes =
        switch (format.targetKind()) {
          case REAL -> List.of();
          case CLASS -> classes(train);
        };
    return new TableSchema(first.features(Split.TRAIN), format.target(), classes);
  }

  /**
   * The features and classes of a model with the target column that is read; null if no model's
   * table is known.
   *
   * @param targets whether targets are read
   * @throws InputException if the settings contradict the model
   */
  private @Nullable TableSchema known(boolean targets) {
    TableSchema known = data.csv().known();
    if (known == null) {
      return null;
    }
    List<String> labels = data.csv().labels();
    if (!labels.isEmpty() && !labels.equals(known.classes())) {
      String classes =
          known.classes().isEmpty()
              ? ", since the classes of the model are numbers"
              : " or the classes of the model, " + new ClassNames(known.classes());
      throw new InputException(
          "data.csv.labels must be empty" + classes + ": " + new ClassNames(labels));
    }
    if (targets && known.features().contains(format.target())) {
      throw new InputException(
          "data.csv.target must not name a feature of the model: "
              + NearestName.quote(format.target()));
    }
    return new TableSchema(known.features(), format.target(), known.classes());
  }

  /** The columns of a model that does not know their names. */
  private TableSchema byPosition(List<String> features) {
    return new TableSchema(features, format.target(), data.csv().labels());
  }

  /** The configured class names, or those in the training files; empty if classes are numbers. */
  private List<String> classes(List<String> train) {
    List<String> named = data.csv().labels();
    return named.isEmpty()
        ? CsvLabels.in(files, train, format, breaks).map(ClassNames::names).orElse(List.of())
        : named;
  }

  private List<String> allColumns(String file) {
    return new CsvSource(files, file, null, format).features(Split.TRAIN);
  }

  private boolean isLabeled(String path, TableSchema schema) {
    return new CsvSource(files, path, null, format.of(schema, true)).schema(Split.TRAIN).labeled();
  }

  private String trainFile(String place) {
    return isFolder(place)
        ? file("train", place, data.trainFile()).orElse(HadoopPath.child(place, "train.csv"))
        : place;
  }

  private Optional<String> file(String part, String folder, String named) {
    return PartFile.in(files, folder, part, named, TextFormat.CSV, TextFormat.TSV);
  }

  private boolean isFolder(String place) {
    return files.status(files.path(place)).isDirectory();
  }

  private String in(String name) {
    return HadoopPath.child(data.path(), name);
  }

  private static CsvFormat format(RunConfig.Data data, Loss loss) {
    RunConfig.Data.Csv csv = data.csv();
    List<Integer> shape = csv.shape();
    SourceSchema.FeatureKind kind =
        switch (csv.features()) {
          case PIXELS -> SourceSchema.FeatureKind.PIXELS;
          case NUMBERS -> SourceSchema.FeatureKind.NUMBERS;
        };
    return new CsvFormat(
        csv.target(),
        kind,
        switch (loss) {
          case CROSS_ENTROPY, BINARY_CROSS_ENTROPY -> CsvFormat.TargetKind.CLASS;
          case MEAN_SQUARED_ERROR -> CsvFormat.TargetKind.REAL;
        },
        loss == Loss.BINARY_CROSS_ENTROPY ? 2 : data.classes(),
        shape.isEmpty() ? null : new InputShape(shape.get(0), shape.get(1), shape.get(2)),
        data.decodedLimit(),
        dialect(data),
        List.of(),
        csv.ignore(),
        null,
        true,
        kind == SourceSchema.FeatureKind.NUMBERS
            && data.normalization() == Normalization.Method.STANDARDIZE);
  }

  static CsvDialect dialect(RunConfig.Data data) {
    return new CsvDialect(data.csv().delimiter(), data.encoding(), data.csv().decimalComma());
  }

  /**
   * Collects what users do not expect: columns that are ignored without being named, and line
   * breaks in fields, which stray quotes make of rows. Tells each list once.
   */
  private static final class Extra {
    private final Map<String, List<String>> places = new LinkedHashMap<>();

    void add(CsvSource source, Split split) {
      List<String> extra = source.extraColumns(split);
      add(
          source.place(split),
          extra,
          NearestName.list(extra) + ", which the training data does not have");
      List<String> indexes = source.indexColumns(split);
      String names =
          indexes.stream()
              .map(name -> name.isEmpty() ? "without a name" : NearestName.quote(name))
              .collect(Collectors.joining(", "));
      add(source.place(split), indexes, names + ": a row index (a column of another name is none)");
      source
          .firstLineBreak(split)
          .ifPresent(
              line ->
                  tell(
                      source.place(split),
                      ": quoted fields have line breaks, the first in line " + line));
    }

    private void add(String place, List<String> columns, String which) {
      if (!columns.isEmpty()) {
        String note = ": ignoring the column" + (columns.size() > 1 ? "s " : " ") + which;
        tell(place, note);
      }
    }

    private void tell(String place, String note) {
      places.computeIfAbsent(note, none -> new ArrayList<>()).add(place);
    }

    List<String> notes() {
      List<String> notes = new ArrayList<>();
      places.forEach(
          (note, where) ->
              notes.add(
                  InputErrors.oneLine(
                      where.get(0)
                          + (where.size() > 1 ? " and " + (where.size() - 1) + " more" : "")
                          + note)));
      return notes;
    }
  }
}
