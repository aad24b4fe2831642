package io.centroid.run.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.centroid.Cluster;
import io.centroid.Dataset;
import io.centroid.InnerOptimizer;
import io.centroid.Model;
import io.centroid.Network;
import io.centroid.Networks;
import io.centroid.Optimizers;
import io.centroid.Trainer;
import io.centroid.config.RunConfig;
import io.centroid.data.Normalization;
import io.centroid.error.InputException;
import io.centroid.evaluate.Predictions;
import io.centroid.io.HadoopFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of tables: columns by name, classes by name, missing values. */
class TableRunTest {
  private static final Path CASES =
      Path.of(System.getProperty("centroid.shared", "../shared"), "cases");

  @TempDir Path folder;

  @Test
  void permutedColumnsGiveIdenticalPredictions() throws IOException {
    Path train = write("train.csv", table(300, "%3$s,%1$s,%2$s", "class,left,right"));
    Path same = write("same.csv", table(50, "%1$s,%2$s", "left,right"));
    Path other = write("other.csv", table(50, "%2$s;x;%1$s", "right;note;left"));
    try (Model model = train(Dataset.csv(train.toString(), "class"), Networks.mlp(2, 8, 2))) {
      float[] expected = predict(model, same);
      assertThat(predict(model, other)).isEqualTo(expected).contains(0f, 1f);
      assertThat(accuracy(model, write("t.csv", table(50, "%2$s,%3$s,%1$s", "right,class,left"))))
          .isEqualTo(
              accuracy(model, write("t.csv", table(50, "%1$s,%2$s,%3$s", "left,right,class"))))
          .isGreaterThan(0.9);
      assertThatThrownBy(() -> predict(model, write("t.csv", "left,rigth\n1,2\n")))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(
              "line 1: no column 'right', expected the columns of the training data; did you mean"
                  + " 'rigth'? The columns are 'left', 'rigth'");
      assertThat(Files.readString(manifest(model)).replaceAll("\\s", ""))
          .contains(
              "\"table\":{\"features\":[\"left\",\"right\"],\"target\":\"class\",\"classes\":[]}");
      Predictions inMemory = model.predict(Dataset.of(new float[][] {{1, 2}, {2, 1}}, new int[2]));
      assertThat(inMemory.values()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"no,yes", "False,True", "-1,1", "1,2"})
  void labelsBecomeClasses(String names) throws IOException {
    List<String> classes = List.of(names.split(","));
    Path train = named("train.csv", classes);
    try (Model model = train(Dataset.csv(train.toString(), "class"), Networks.mlp(2, 8, 2));
        Model loaded = Model.load(model.path())) {
      assertThat(accuracy(model, train)).isGreaterThan(0.9);
      assertThat(loaded.predict(-3, 3).className()).contains(classes.get(1));
      assertThat(loaded.predict(3, -3).className()).contains(classes.get(0));
      assertThatThrownBy(() -> accuracy(loaded, named("t.csv", List.of("a", "b"))))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("expected one of the classes " + String.join(", ", classes));
    }
  }

  @Test
  void missingValuesAreReplacedByTheMean() throws IOException {
    Path train = write("train.csv", "a,b,y\n" + "1,,0\n3,10,1\n,20,0\n5,30,1\n".repeat(10));
    Dataset data = Dataset.csv(train.toString(), "y").validationSplit(0);
    try (Model model = train(data, Networks.mlp(2, 4, 2))) {
      float[] blank = scores(model, "a,b\n,\n");
      assertThat(blank).isEqualTo(scores(model, "a,b\n3,20\n"));
    }
    Dataset plain = data.normalization(Normalization.Method.NONE);
    assertThatThrownBy(() -> train(plain, Networks.mlp(2, 4, 2)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 2, column 2: expected a finite number, found '' in column 'b'");
    Path empty = write("empty.csv", "a,b,y\n" + "1,,0\n3,NA,1\n".repeat(10));
    assertThatThrownBy(() -> train(Dataset.csv(empty.toString(), "y"), Networks.mlp(2, 4, 2)))
        .hasMessageContaining("column 'b': no training example has a value");
  }

  @Test
  void partsAndStartsFromAModelGoByName() throws IOException {
    write("parts/one.csv", table(100, "%1$s,%2$s,%3$s", "left,right,class"));
    write("parts/two.csv", table(100, "%3$s\t%2$s\t%1$s", "class\tright\tleft"));
    Dataset joined =
        Dataset.csv(folder.resolve("parts").toString(), "class")
            .set("data.parts", List.of("one.csv", "two.csv"));
    Path test = write("t.csv", table(100, "%1$s,%2$s,%3$s", "left,right,class"));
    try (Model model = train(joined, Networks.mlp(2, 8, 2))) {
      assertThat(accuracy(model, test)).isGreaterThan(0.9);
      Path permuted = write("new.csv", table(300, "%2$s,%3$s,%1$s", "right,class,left"));
      Trainer next = trainer(Networks.mlp(2, 8, 2)).set("model.init-from", model.path());
      try (Model tuned = next.epochs(1).train(Dataset.csv(permuted.toString(), "class"))) {
        assertThat(accuracy(tuned, test)).isGreaterThan(0.9);
        assertThat(Files.readString(manifest(tuned)).replaceAll("\\s", ""))
            .contains("\"features\":[\"left\",\"right\"]");
      }
    }
  }

  @Test
  void namesHaveOneOutputIfThereAreTwo() throws IOException {
    Path train = named("train.csv", List.of("no", "yes"));
    Trainer trainer = trainer(Networks.mlp(2, 8, 1)).set("model.loss", "binary-cross-entropy");
    try (Model model = trainer.train(Dataset.csv(train.toString(), "class"))) {
      assertThat(accuracy(model, train)).isGreaterThan(0.9);
      assertThat(model.predict(-3, 3).className()).contains("yes");
      assertThat(model.predict(3, -3).className()).contains("no");
    }
  }

  @Test
  void aModelWithoutATableReadsTablesByPosition() throws IOException {
    float[][] rows = new float[200][];
    int[] classes = new int[200];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[] {(float) random.nextDouble(), (float) random.nextDouble()};
      classes[i] = rows[i][1] > rows[i][0] ? 2 : 1;
    }
    try (Model model = train(Dataset.of(rows, classes), Networks.mlp(2, 8, 3))) {
      Path test = write("t.csv", "u,v,class\n0.1,0.9,2\n0.9,0.1,1\n0.2,0.7,2\n");
      assertThat(accuracy(model, test)).isEqualTo(1);
      assertThat(model.predict(Dataset.csv(test.toString(), "class")).values())
          .containsExactly(2, 1, 2);
      Path words = write("t.csv", "u,v,class\n0.1,0.9,b\n0.9,0.1,a\n0.2,0.7,c\n");
      assertThatThrownBy(() -> accuracy(model, words))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("line 2, column 3: expected a class, an integer 0..2, found 'b'");
    }
  }

  @Test
  void configuredLabelsOrderTheClasses() throws IOException {
    Path train = named("train.csv", List.of("no", "yes"));
    Dataset data =
        Dataset.csv(train.toString(), "class")
            .set("data.csv.labels", List.of("yes", "no", "maybe"));
    try (Model model = train(data, Networks.mlp(2, 8, 3))) {
      assertThat(model.predict(-3, 3).label()).isEqualTo(0);
      assertThat(model.predict(-3, 3).className()).contains("yes");
    }
    assertThatThrownBy(() -> train(data, Networks.mlp(2, 8, 2)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the classes have 3 names, expected 2");
  }

  @Test
  void theCasesOfTablesAreRead() throws IOException {
    assumeTrue(Files.exists(CASES), CASES + " is not there");
    Network network = Networks.mlp(4, 16, 3);
    Path order = CASES.resolve("column_order");
    try (Model model = train(iris(order.resolve("iris.csv"), "Species"), network)) {
      assertThat(predict(model, order.resolve("iris_permuted.csv")))
          .isEqualTo(predict(model, order.resolve("iris_same.csv")));
      assertThat(accuracy(model, order.resolve("train_test_permuted/test.csv"))).isGreaterThan(0.9);
    }
    try (Model model = train(iris(order.resolve("train_test_permuted"), "Species"), network)) {
      assertThat(model.result().orElseThrow().test().get("accuracy")).isGreaterThan(0.9);
    }
    Path tables = CASES.resolve("tables");
    for (String name : List.of("iris_float_label", "iris_blank_line", "iris_blank_line_end")) {
      Dataset data = iris(tables.resolve(name + ".csv"), "Species");
      try (Model model = train(data, network)) {
        assertThat(accuracy(model, order.resolve("iris.csv"))).as(name).isGreaterThan(0.9);
      }
    }
    try (Model model = train(iris(tables.resolve("iris_strings.csv"), "Species"), network)) {
      assertThat(model.predict(4.7f, 3.5f, 1.1f, -0.3f).className()).contains("Iris-setosa");
    }
    Path semicolons = CASES.resolve("target_not_found/semicolon.csv");
    try (Model model = train(iris(semicolons, "quality"), network)) {
      assertThat(accuracy(model, semicolons)).isGreaterThan(0.9);
    }
    Dataset titanic =
        iris(tables.resolve("titanic.csv"), "Survived")
            .set("data.csv.ignore", List.of("Name", "Sex", "Ticket", "Cabin", "Embarked"));
    try (Model model = train(titanic, Networks.mlp(6, 8, 2))) {
      assertThat(predict(model, tables.resolve("titanic.csv"))).hasSize(120);
    }
  }

  @Test
  void ignoredColumnsAreReportedOnce() throws IOException {
    write("data/train.csv", ",a,y\n0,1,0\n1,2,1\n");
    write("data/test.csv", ",a,y\n0,1,0\n1,2,1\n");
    String data = folder.resolve("data").toString();
    assertThat(notes(data))
        .containsExactly(
            data
                + "/train.csv and 1 more: ignoring the column without a name: a row index (a column"
                + " of another name is none)");
    write("data/test.csv", "Unnamed: 0.1,Unnamed: 0,a,y,z\n0,0,1,0,0\n1,1,2,1,0\n");
    assertThat(notes(data))
        .containsExactly(
            data
                + "/train.csv: ignoring the column without a name: a row index (a column of another"
                + " name is none)",
            data + "/test.csv: ignoring the column 'z', which the training data does not have",
            data
                + "/test.csv: ignoring the columns 'Unnamed: 0.1', 'Unnamed: 0': a row index (a"
                + " column of another name is none)");
  }

  @Test
  void aTestFileWithoutTargetsIsReported() throws IOException {
    write("data/train.csv", "a,y\n1,0\n2,1\n");
    write("data/test.csv", "a\n1\n2\n");
    String data = folder.resolve("data").toString();
    assertThat(notes(data))
        .containsExactly(
            data + "/test.csv: test examples without targets, so there is no test set");
  }

  @Test
  void lineBreaksInFieldsAreReported() throws IOException {
    write("data/train.csv", "a,text,y\n1,x,0\n2,\"x,1\n3,y\",1\n4,\"\n\",0\n");
    write("data/test.csv", "a,text,y\n1,\"x\",0\n2,\"\"\"\",1\n");
    String data = folder.resolve("data").toString();
    assertThat(notes(data))
        .containsExactly(data + "/train.csv: quoted fields have line breaks, the first in line 3");
  }

  private static List<String> notes(String path) {
    RunConfig config =
        RunConfig.load(
            null,
            List.of(
                "data.format=csv",
                "data.path=" + path,
                "data.csv.target=y",
                "data.csv.features=numbers"));
    HadoopFiles files = new HadoopFiles(new Configuration());
    return DataSources.of(config.data(), config.model().loss(), files).notes();
  }

  private static Dataset iris(Path path, String target) {
    return Dataset.csv(path.toString(), target);
  }

  private static Model train(Dataset data, Network network) throws IOException {
    return trainer(network).train(data);
  }

  private static Trainer trainer(Network network) {
    InnerOptimizer optimizer = Optimizers.adamW(0.02);
    return Trainer.of(network)
        .optimizer(optimizer)
        .workers(2)
        .epochs(20)
        .batchSize(8)
        .on(Cluster.threads(2));
  }

  private static float[] predict(Model model, Path file) throws IOException {
    return model.predict(Dataset.csv(file.toString(), "class")).values();
  }

  private static double accuracy(Model model, Path file) throws IOException {
    String header = Files.readAllLines(file).get(0);
    String target =
        header.contains("class") ? "class" : header.contains("Species") ? "Species" : "quality";
    return model.evaluate(Dataset.csv(file.toString(), target)).accuracy();
  }

  private float[] scores(Model model, String text) throws IOException {
    return predict(model, write("scores.csv", text));
  }

  private static Path manifest(Model model) {
    return Path.of(java.net.URI.create(model.path())).resolve("manifest.json");
  }

  private Path named(String name, List<String> classes) throws IOException {
    String text = table(300, "%1$s,%2$s,%3$s", "left,right,class");
    return write(
        name,
        text.replace(",0\n", "," + classes.get(0) + "#\n")
            .replace(",1\n", "," + classes.get(1) + "\n")
            .replace("#", ""));
  }

  /** Rows of two numbers whose class says whether the second is the larger. */
  private static String table(int rows, String format, String header) {
    SplittableRandom random = new SplittableRandom(rows);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double left = 2 * random.nextDouble() - 1;
      double right = 2 * random.nextDouble() - 1;
      lines.add(String.format(format, left, right, right > left ? 1 : 0));
    }
    return header + "\n" + String.join("\n", lines) + "\n";
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void aFileWithoutTargetsIsNotEvaluated() throws IOException {
    float[][] rows = {{1, 2}, {2, 1}, {3, 4}, {4, 3}};
    Path test = write("t.csv", "u,v\n1,2\n2,1\n");
    try (Model model = train(Dataset.of(rows, new int[] {1, 0, 1, 0}), Networks.mlp(2, 4, 2))) {
      assertThatThrownBy(() -> model.evaluate(Dataset.csv(test.toString(), "class")))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("t.csv: line 1: no column 'class', which data.csv.target names");
      assertThat(model.predict(Dataset.csv(test.toString(), "class")).values()).hasSize(2);
    }
  }

  @Test
  void labelsNameTheClassesOfAModelWithoutATable() throws IOException {
    float[][] rows = {{-1, 1}, {1, -1}, {-2, 2}, {2, -2}};
    Path words = write("t.csv", "u,v,class\n-3,3,b\n3,-3,a\n");
    try (Model model = train(Dataset.of(rows, new int[] {1, 0, 1, 0}), Networks.mlp(2, 8, 2))) {
      Dataset data =
          Dataset.csv(words.toString(), "class").set("data.csv.labels", List.of("a", "b"));
      assertThat(model.evaluate(data).accuracy()).isEqualTo(1);
    }
  }

  @Test
  void aStartFromAModelRecordsTheTargetAndRefusesOtherClasses() throws IOException {
    Path train = named("train.csv", List.of("no", "yes"));
    try (Model model = train(Dataset.csv(train.toString(), "class"), Networks.mlp(2, 8, 2))) {
      String other = Files.readString(train).replace("class", "answer");
      Dataset renamed = Dataset.csv(write("new.csv", other).toString(), "answer");
      Trainer next = trainer(Networks.mlp(2, 8, 2)).epochs(1).set("model.init-from", model.path());
      try (Model tuned = next.train(renamed)) {
        assertThat(Files.readString(manifest(tuned)).replaceAll("\\s", ""))
            .contains("\"target\":\"answer\",\"classes\":[\"no\",\"yes\"]");
      }
      assertThatThrownBy(() -> next.train(renamed.set("data.csv.labels", List.of("yes", "no"))))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "data.csv.labels must be empty or the classes of the model, no, yes: yes, no");
      assertThatThrownBy(() -> next.train(Dataset.csv(train.toString(), "left")))
          .isInstanceOf(InputException.class)
          .hasMessage("data.csv.target must not name a feature of the model: 'left'");
    }
  }
}
