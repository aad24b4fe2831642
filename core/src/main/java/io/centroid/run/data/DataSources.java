package io.centroid.run.data;

import io.centroid.config.RunConfig;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.JoinedSource;
import io.centroid.data.SourceSchema;
import io.centroid.data.Split;
import io.centroid.data.corpus.Corpus;
import io.centroid.data.corpus.TokenSource;
import io.centroid.data.csv.CsvFormat;
import io.centroid.data.csv.CsvSource;
import io.centroid.data.digits.DigitsSource;
import io.centroid.data.idx.IdxFiles;
import io.centroid.data.idx.IdxSource;
import io.centroid.data.idx.MnistFiles;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.model.TextTokenizer;
import io.centroid.model.Vocabulary;
import io.centroid.nn.Loss;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.fs.FileStatus;
import org.jspecify.annotations.Nullable;

/**
 * The configured data set.
 *
 * @param hasTest whether there are test examples in addition to the training examples
 * @param vocabulary vocabulary of texts, otherwise null
 * @param classNames class names of labeled texts in the order of their numbers, otherwise empty
 */
public record DataSources(
    ExampleSource source,
    boolean hasTest,
    @Nullable Vocabulary vocabulary,
    List<String> classNames) {
  public DataSources {
    classNames = List.copyOf(classNames);
  }

  /** A data set that is not text. */
  public DataSources(ExampleSource source, boolean hasTest) {
    this(source, hasTest, null, List.of());
  }

  /** Finds the files of data that needs no external tokenizer, without opening them. */
  public static DataSources of(RunConfig.Data data, Loss loss, HadoopFiles files) {
    return of(data, loss, files, null);
  }

  /**
   * Finds the files. Labeled texts whose classes are not configured are read for their labels;
   * nothing else is opened.
   *
   * @param tokenizer tokenizer of labeled texts; null for other data
   */
  public static DataSources of(
      RunConfig.Data data, Loss loss, HadoopFiles files, @Nullable TextTokenizer tokenizer) {
    if (!data.parts().isEmpty()) {
      return new DataSources(joined(data, loss, files), false);
    }
    return switch (data.format()) {
      case DIGITS ->
          new DataSources(
              new DigitsSource(data.digits().seed(), data.digits().train(), data.digits().test()),
              data.digits().test() > 0);
      case IDX -> idx(data, files);
      case CSV -> csv(data, loss, files);
      case TOKENS -> tokens(data, files);
      case TEXTS -> new TextSources(data, files, required(tokenizer)).configured();
      case PROGRAM -> ofProgram(Objects.requireNonNull(data.program(), "data.format = program"));
    };
  }

  private static DataSources ofProgram(ExampleSource source) {
    return new DataSources(source, source.has(Split.TEST));
  }

  /** The training examples of the parts; test data in them is ignored. */
  public static JoinedSource joined(RunConfig.Data data, Loss loss, HadoopFiles files) {
    return new JoinedSource(
        data.parts().stream()
            .map(
                part ->
                    new JoinedSource.Part(
                        part, of(data.at(in(data, part)), loss, files, null).source()))
            .toList());
  }

  /** A single CSV file, such as Kaggle's {@code test.csv}, as the test part. */
  public static DataSources testFile(
      RunConfig.Data data, Loss loss, HadoopFiles files, String file) {
    return new DataSources(new CsvSource(files, file, file, format(data, loss)), true);
  }

  /**
   * Texts to predict or to evaluate: a single file, or the test file of a folder.
   *
   * @param withLabels whether labels are read
   */
  public static DataSources testTexts(
      RunConfig.Data data, HadoopFiles files, TextTokenizer tokenizer, boolean withLabels) {
    return new TextSources(data, files, tokenizer).test(withLabels);
  }

  private static TextTokenizer required(@Nullable TextTokenizer tokenizer) {
    if (tokenizer == null) {
      throw new InputException("data.format must not be texts here: texts need a tokenizer");
    }
    return tokenizer;
  }

  private static DataSources tokens(RunConfig.Data data, HadoopFiles files) {
    Corpus corpus = Corpus.open(data.path(), files);
    return new DataSources(
        new TokenSource(corpus, data.block()),
        false,
        new Vocabulary(
            data.path(), corpus.manifest().tokenizer().vocabulary(), corpus.tokenizerFiles()),
        List.of());
  }

  private static DataSources idx(RunConfig.Data data, HadoopFiles files) {
    if (data.trainFile().isEmpty()) {
      MnistFiles found = MnistFiles.in(files, data.path());
      return idx(data, files, found.train(), found.test());
    }
    IdxFiles train = new IdxFiles(in(data, data.trainFile()), labels(data, data.trainLabelsFile()));
    IdxFiles test =
        data.testFile().isEmpty()
            ? null
            : new IdxFiles(in(data, data.testFile()), labels(data, data.testLabelsFile()));
    return idx(data, files, train, test);
  }

  private static DataSources idx(
      RunConfig.Data data, HadoopFiles files, IdxFiles train, @Nullable IdxFiles test) {
    return new DataSources(
        new IdxSource(files, train, test, data.classes(), data.decodedLimit()),
        test != null && test.labels() != null);
  }

  private static @Nullable String labels(RunConfig.Data data, String name) {
    return name.isEmpty() ? null : in(data, name);
  }

  private static DataSources csv(RunConfig.Data data, Loss loss, HadoopFiles files) {
    FileStatus status = files.status(files.path(data.path()));
    if (!status.isDirectory()) {
      return new DataSources(new CsvSource(files, data.path(), null, format(data, loss)), false);
    }
    String train = in(data, data.trainFile().isEmpty() ? "train.csv" : data.trainFile());
    String test = labeledTest(data, loss, files);
    return new DataSources(new CsvSource(files, train, test, format(data, loss)), test != null);
  }

  /** A test file without targets, such as Kaggle's, is for prediction, not for evaluation. */
  private static @Nullable String labeledTest(RunConfig.Data data, Loss loss, HadoopFiles files) {
    String name = data.testFile().isEmpty() ? "test.csv" : data.testFile();
    boolean found =
        !data.testFile().isEmpty()
            || files.list(files.path(data.path())).stream()
                .anyMatch(status -> status.getPath().getName().equals(name));
    if (!found) {
      return null;
    }
    String path = in(data, name);
    SourceSchema schema = new CsvSource(files, path, null, format(data, loss)).schema(Split.TRAIN);
    return schema.labeled() ? path : null;
  }

  private static CsvFormat format(RunConfig.Data data, Loss loss) {
    List<Integer> shape = data.csv().shape();
    return new CsvFormat(
        data.csv().target(),
        switch (data.csv().features()) {
          case PIXELS -> SourceSchema.FeatureKind.PIXELS;
          case NUMBERS -> SourceSchema.FeatureKind.NUMBERS;
        },
        switch (loss) {
          case CROSS_ENTROPY, BINARY_CROSS_ENTROPY -> CsvFormat.TargetKind.CLASS;
          case MEAN_SQUARED_ERROR -> CsvFormat.TargetKind.REAL;
        },
        loss == Loss.BINARY_CROSS_ENTROPY ? 2 : data.classes(),
        shape.isEmpty() ? null : new InputShape(shape.get(0), shape.get(1), shape.get(2)),
        data.decodedLimit());
  }

  private static String in(RunConfig.Data data, String name) {
    return HadoopPath.child(data.path(), name);
  }
}
