package io.centroid.cli.trust;

import io.centroid.cli.DataOptions;
import io.centroid.config.RunConfig;
import io.centroid.data.Split;
import io.centroid.error.InputException;
import io.centroid.explain.picture.PngInput;
import io.centroid.io.HadoopFiles;
import io.centroid.io.Utf8;
import io.centroid.model.TextTokenizer;
import io.centroid.model.TrainedModel;
import io.centroid.report.ExplanationsRecord.Kind;
import io.centroid.run.data.DataChoice;
import io.centroid.run.data.DataConfiguration;
import io.centroid.run.data.DataLocation;
import io.centroid.run.data.ModelData;
import io.centroid.spark.explain.Example;
import io.centroid.spark.explain.ExampleReader;
import io.centroid.spark.explain.ExplainedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code explain} explains, and with which background.
 *
 * @param data data of the model; null if none is named
 */
record ExplainInputs(HadoopFiles files, TrainedModel trained, @Nullable ModelData data) {
  private static final Pattern INDICES = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");
  private static final Pattern LIST = Pattern.compile(INDICES + "(?:," + INDICES + ")*");
  private static final int MOST_PNG = 16 << 20;
  private static final int MOST_TEXT = 1 << 20;

  /** Maximum number of examples, which are in memory. */
  static final int MOST = 1000;

  /**
   * The inputs for the data that options name.
   *
   * @param named data that options name
   * @param overrides overrides of the configuration
   */
  static ExplainInputs of(
      HadoopFiles files, TrainedModel trained, DataOptions named, List<String> overrides) {
    DataChoice choice = named.choice(files, trained).with(overrides);
    boolean isNamed =
        choice.recorded()
            || choice.overrides().stream().anyMatch(override -> override.startsWith("data."))
            || DataConfiguration.unnamed(trained).isEmpty();
    if (!isNamed) {
      return new ExplainInputs(files, trained, null);
    }
    RunConfig config = DataConfiguration.of(trained, choice);
    // A single file needs no targets.
    boolean isFile =
        named.isNamed() && !files.status(files.path(config.data().path())).isDirectory();
    return new ExplainInputs(
        files,
        trained,
        isFile
            ? ModelData.toPredict(trained, config, files)
            : ModelData.toEvaluate(trained, config, files, false));
  }

  /** Reader of the data set's test part, or of all of it without a test part. */
  ExampleReader reader() {
    if (data == null) {
      throw noData();
    }
    return reader(data);
  }

  /** Says how to name data. */
  private InputException noData() {
    return new InputException(
        trained.path() + ": " + DataConfiguration.unnamed(trained).orElse("expected --data PATH"));
  }

  private ExampleReader reader(ModelData from) {
    Split split = from.sources().hasTest() ? Split.TEST : Split.TRAIN;
    ModelData.requireFit(trained, from.sources(), split);
    return new ExampleReader(
        from.sources().source(), split, kind() == Kind.TEXT ? TextTokenizer.of(trained) : null);
  }

  private Kind kind() {
    return ExplainedModel.kind(trained);
  }

  /**
   * The examples.
   *
   * @param inputs indices, PNG files, tables or texts; empty: the first of the data set
   * @param count number of the first examples of a data set or a table
   */
  List<Example> examples(List<String> inputs, int count) {
    List<Example> examples = new ArrayList<>();
    SortedSet<Long> indices = new TreeSet<>();
    for (String input : inputs) {
      if (LIST.matcher(input).matches()) {
        addIndices(indices, input);
      } else if (kind() == Kind.TABLE) {
        examples.addAll(first(table(input), count, "row", 1));
      } else {
        examples.add(example(input, examples.size()));
      }
    }
    if (inputs.isEmpty()) {
      ExampleReader reader = reader();
      examples.addAll(first(reader, count, reader.part(), 0));
    }
    if (!indices.isEmpty()) {
      examples.addAll(at(reader(), indices));
    }
    if (examples.isEmpty()) {
      throw new InputException("found no examples to explain");
    }
    return examples;
  }

  /** A text, or the content of a file with one or with an image. */
  private Example example(String input, int number) {
    String name = input.toLowerCase(Locale.ROOT);
    if (kind() == Kind.IMAGE && name.endsWith(".png")) {
      byte[] png = files.read(files.path(input), MOST_PNG);
      float[] values = PngInput.read(input, png, trained.network().input());
      return new Example(files.path(input).getName(), number, values, "", Float.NaN);
    }
    if (kind() == Kind.IMAGE || name.endsWith(".png")) {
      throw new InputException(
          "--input: expected indices such as 7, 0-9 or 0,2, or a "
              + (kind() == Kind.IMAGE ? ".png file" : "text or a .txt file")
              + ": "
              + input);
    }
    boolean isFile = name.endsWith(".txt");
    return new Example(
        isFile ? files.path(input).getName() : "text " + number,
        number,
        new float[0],
        isFile ? Utf8.strict(input, files.read(files.path(input), MOST_TEXT)) : input,
        Float.NaN);
  }

  /** Adds indices and ranges of them with commas between them. */
  private static void addIndices(SortedSet<Long> indices, String list) {
    Matcher matcher = INDICES.matcher(list);
    while (matcher.find()) {
      long from = Long.parseLong(matcher.group(1));
      long to = matcher.group(2) == null ? from : Long.parseLong(matcher.group(2));
      if (to < from || indices.size() + to - from >= MOST) {
        throw new InputException(
            "--input: expected ascending ranges of at most " + MOST + " indices in all: " + list);
      }
      for (long index = from; index <= to; index++) {
        indices.add(index);
      }
    }
  }

  /** The rows of a table in a file, without targets. */
  private ExampleReader table(String file) {
    DataChoice choice = DataChoice.named(DataLocation.overrides(files, file, null, false));
    return reader(ModelData.toPredict(trained, DataConfiguration.of(trained, choice), files));
  }

  private static List<Example> first(
      ExampleReader reader, int count, String name, int firstNumber) {
    List<Example> first = new ArrayList<>();
    reader.readUntil(
        (index, key, example) -> {
          first.add(example.get().named(name + " " + (firstNumber + index)));
          return first.size() == count;
        });
    return first;
  }

  private static List<Example> at(ExampleReader reader, SortedSet<Long> indices) {
    List<Example> found = new ArrayList<>();
    reader.readUntil(
        (index, key, example) -> {
          if (indices.contains(index)) {
            found.add(example.get().named(reader.part() + " " + index));
          }
          return found.size() == indices.size();
        });
    if (found.size() < indices.size()) {
      throw new InputException(
          "--input: there is no example "
              + indices.last()
              + " in "
              + reader.source().place(reader.split()));
    }
    return found;
  }

  /**
   * Rows that stand for unknown values: a random sample of the data set, without one the means of
   * the columns in training, or a black image. Texts need none.
   *
   * @param sampler takes the sample
   */
  float[][] background(Function<ExampleReader, float[][]> sampler) {
    if (kind() == Kind.TEXT) {
      return new float[0][];
    }
    if (data != null) {
      return sampler.apply(reader(data));
    }
    int size = trained.network().input().size();
    float[] means = trained.normalization().mean();
    if (kind() == Kind.TABLE && means.length != size) {
      throw noData();
    }
    return new float[][] {kind() == Kind.TABLE ? means : new float[size]};
  }

  /** Names of the classes; empty if they are numbers. */
  List<String> classNames() {
    return data == null ? trained.classNames() : data.classNames();
  }
}
