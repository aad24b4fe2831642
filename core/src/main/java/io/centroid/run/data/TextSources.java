package io.centroid.run.data;

import io.centroid.config.RunConfig;
import io.centroid.data.ClassNames;
import io.centroid.data.Split;
import io.centroid.data.texts.LabeledTexts;
import io.centroid.data.texts.TextColumns;
import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.io.decoding.DecodingLimit;
import io.centroid.io.decoding.TextFormat;
import io.centroid.model.TextTokenizer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the files of labeled texts, and their classes. */
final class TextSources {
  private final RunConfig.Data data;
  private final HadoopFiles files;
  private final TextTokenizer tokenizer;
  private final TextColumns columns;

  TextSources(RunConfig.Data data, HadoopFiles files, TextTokenizer tokenizer) {
    this.data = data;
    this.files = files;
    this.tokenizer = tokenizer;
    this.columns =
        new TextColumns(data.texts().text(), data.texts().label(), TableSources.dialect(data));
  }

  /** The configured file, or the training and test files of the configured folder. */
  DataSources configured() {
    if (!isFolder()) {
      return sources(data.path(), null, columns, classes(data.path()));
    }
    String train =
        file("train", data.trainFile())
            .orElseThrow(
                () ->
                    new InputException(
                        data.path()
                            + ": expected train.csv, train.tsv or train.jsonl, found none"));
    ClassNames classes = classes(train);
    String test = file("test", data.testFile()).orElse(null);
    boolean measures = test != null && source(test, null, columns, classes).labeled();
    return sources(train, measures ? test : null, columns, classes)
        .withUnlabeledTest(measures ? null : test);
  }

  /** The texts to predict or to evaluate, as the test part. */
  DataSources test(boolean withLabels) {
    String path =
        isFolder()
            ? file("test", data.testFile())
                .orElseThrow(
                    () ->
                        new InputException(
                            data.path()
                                + ": expected test.csv, test.tsv or test.jsonl, found none"))
            : data.path();
    TextColumns wanted = withLabels ? columns : columns.withoutLabels();
    ClassNames classes = classes(path);
    Found found = source(path, path, wanted, classes);
    return new DataSources(
        found.texts(), !withLabels || found.labeled(), tokenizer.vocabulary(), classes.names());
  }

  private record Found(LabeledTexts texts, boolean labeled) {}

  private Found source(
      String train, @Nullable String test, TextColumns wanted, ClassNames classes) {
    LabeledTexts texts =
        new LabeledTexts(
            files,
            train,
            test,
            wanted,
            classes,
            tokenizer.tokenizer(),
            data.block(),
            data.decodedLimit());
    return new Found(texts, texts.schema(Split.TRAIN).labeled());
  }

  private DataSources sources(
      String train, @Nullable String test, TextColumns wanted, ClassNames classes) {
    return new DataSources(
        source(train, test, wanted, classes).texts(),
        test != null,
        tokenizer.vocabulary(),
        classes.names());
  }

  private ClassNames classes(String train) {
    List<String> named = data.texts().labels();
    return named.isEmpty()
        ? LabeledTexts.classes(files, train, columns, DecodingLimit.setting(data.decodedLimit()))
        : new ClassNames(named);
  }

  private boolean isFolder() {
    return files.status(files.path(data.path())).isDirectory();
  }

  private Optional<String> file(String part, String named) {
    return PartFile.in(files, data.path(), part, named, TextFormat.values());
  }
}
