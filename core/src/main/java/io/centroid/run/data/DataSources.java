package io.centroid.run.data;

import io.centroid.config.RunConfig;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.JoinedSource;
import io.centroid.data.Split;
import io.centroid.data.corpus.Corpus;
import io.centroid.data.corpus.TokenSource;
import io.centroid.data.csv.CsvSource;
import io.centroid.data.csv.TableSchema;
import io.centroid.data.digits.DigitsSource;
import io.centroid.data.idx.IdxFiles;
import io.centroid.data.idx.IdxSource;
import io.centroid.data.idx.MnistFiles;
import io.centroid.data.texts.LabeledTexts;
import io.centroid.error.InputErrors;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.HadoopPath;
import io.centroid.model.TextTokenizer;
import io.centroid.model.Vocabulary;
import io.centroid.nn.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The configured data set.
 *
 * @param hasTest whether there are test examples in addition to the training examples
 * @param vocabulary vocabulary of texts, otherwise null
 * @param classNames class names in the order of their numbers; empty if classes are numbers
 * @param table what the columns of a table mean, otherwise null
 * @param unlabeledTest file of test examples that are not used, since they have no targets; null if
 *     there is none
 * @param notes remarks for the user, in one line each
 */
public record DataSources(
    ExampleSource source,
    boolean hasTest,
    @Nullable Vocabulary vocabulary,
    List<String> classNames,
    @Nullable TableSchema table,
    @Nullable String unlabeledTest,
    List<String> notes) {
  public DataSources {
    classNames = List.copyOf(classNames);
    notes = List.copyOf(notes);
  }

  /** A data set that is neither text nor a table. */
  public DataSources(ExampleSource source, boolean hasTest) {
    this(source, hasTest, null, List.of(), null, null, List.of());
  }

  /** A text. */
  DataSources(
      ExampleSource source, boolean hasTest, Vocabulary vocabulary, List<String> classNames) {
    this(source, hasTest, vocabulary, classNames, null, null, List.of());
  }

  /** A table. */
  DataSources(
      ExampleSource source, boolean hasTest, @Nullable TableSchema table, List<String> notes) {
    this(source, hasTest, null, table == null ? List.of() : table.classes(), table, null, notes);
  }

  /** This data with test examples that have no targets, which a note says; null for none. */
  DataSources withUnlabeledTest(@Nullable String file) {
    if (file == null) {
      return this;
    }
    List<String> more = new ArrayList<>(notes);
    more.add(
        InputErrors.oneLine(file + ": test examples without targets, so there is no test set"));
    return new DataSources(source, hasTest, vocabulary, classNames, table, file, more);
  }

  /** This data with other examples, such as a group of them. */
  DataSources with(ExampleSource examples) {
    return new DataSources(examples, hasTest, vocabulary, classNames, table, unlabeledTest, notes);
  }

  /** Finds the files of data that needs no external tokenizer, without opening them. */
  public static DataSources of(RunConfig.Data data, Loss loss, HadoopFiles files) {
    return of(data, loss, files, null);
  }

  /**
   * Finds the files. Labels are read to find the classes, if neither configuration nor model names
   * them; headers are read.
   *
   * @param tokenizer tokenizer of labeled texts; null for other data
   */
  public static DataSources of(
      RunConfig.Data data, Loss loss, HadoopFiles files, @Nullable TextTokenizer tokenizer) {
    if (!data.parts().isEmpty()) {
      return joined(data, loss, files);
    }
    return switch (data.format()) {
      case DIGITS ->
          new DataSources(
              new DigitsSource(data.digits().seed(), data.digits().train(), data.digits().test()),
              data.digits().test() > 0);
      case IDX -> idx(data, loss, files);
      case CSV -> new TableSources(data, loss, files).configured();
      case TOKENS -> tokens(data, files);
      case TEXTS -> new TextSources(data, files, required(tokenizer)).configured();
      case PROGRAM -> ofProgram(Objects.requireNonNull(data.program(), "data.format = program"));
    };
  }

  private static DataSources ofProgram(ExampleSource source) {
    return new DataSources(source, source.has(Split.TEST));
  }

  /** The training examples of the parts; test data in them is ignored. */
  private static DataSources joined(RunConfig.Data data, Loss loss, HadoopFiles files) {
    if (data.format() == RunConfig.Data.Format.CSV) {
      return new TableSources(data, loss, files).joined();
    }
    List<JoinedSource.Part> parts = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (String part : data.parts()) {
      DataSources found = of(data.at(in(data, part)), loss, files, null);
      parts.add(new JoinedSource.Part(part, found.source()));
      notes.addAll(found.notes());
    }
    return new DataSources(new JoinedSource(parts), false, null, List.of(), null, null, notes);
  }

  /** The shape of a training example; reads headers only. */
  public static InputShape inputs(RunConfig.Data data, Loss loss, HadoopFiles files) {
    return data.format() == RunConfig.Data.Format.CSV
        ? new TableSources(data, loss, files).inputs()
        : of(data, loss, files).source().schema(Split.TRAIN).shape();
  }

  /**
   * A table to predict or to evaluate: a single file, such as Kaggle's {@code test.csv}, or the
   * test file of a folder.
   *
   * @param withTargets whether targets are read
   */
  public static DataSources testTable(
      RunConfig.Data data, Loss loss, HadoopFiles files, boolean withTargets) {
    return new TableSources(data, loss, files).test(withTargets);
  }

  /**
   * Checks that a split has targets; reads headers only.
   *
   * @throws InputException if it has none
   */
  public void requireTargets(Split split) {
    if (source.schema(split).labeled()) {
      return;
    }
    if (source instanceof CsvSource csv) {
      csv.requireTarget(split);
    }
    if (source instanceof LabeledTexts texts) {
      texts.requireLabels(split);
    }
    throw new InputException(
        "data: the "
            + (split == Split.TRAIN ? "training" : "test")
            + " examples have no targets, expected one for each (set data.csv.target,"
            + " data.train-labels-file or data.texts.label)");
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

  private static DataSources idx(RunConfig.Data data, Loss loss, HadoopFiles files) {
    if (data.trainFile().isEmpty()) {
      MnistFiles found = MnistFiles.in(files, data.path());
      return idx(data, loss, files, found.train(), found.test(), found.notes());
    }
    IdxFiles train = new IdxFiles(in(data, data.trainFile()), labels(data, data.trainLabelsFile()));
    IdxFiles test =
        data.testFile().isEmpty()
            ? null
            : new IdxFiles(in(data, data.testFile()), labels(data, data.testLabelsFile()));
    return idx(data, loss, files, train, test, List.of());
  }

  private static DataSources idx(
      RunConfig.Data data,
      Loss loss,
      HadoopFiles files,
      IdxFiles train,
      @Nullable IdxFiles test,
      List<String> notes) {
    boolean hasTest = test != null && test.labels() != null;
    return new DataSources(
            new IdxSource(
                files, train, test, data.classes(), !loss.classifies(), data.decodedLimit()),
            hasTest,
            null,
            List.of(),
            null,
            null,
            notes)
        .withUnlabeledTest(test == null || hasTest ? null : test.images());
  }

  private static @Nullable String labels(RunConfig.Data data, String name) {
    return name.isEmpty() ? null : in(data, name);
  }

  private static String in(RunConfig.Data data, String name) {
    return HadoopPath.child(data.path(), name);
  }
}
