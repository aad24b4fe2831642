package io.centroid;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.core.domain.properties.HasParameterTypes.Predicates.rawParameterTypes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.centroid.cli.Centroid;
import io.centroid.error.EndSignal;
import io.centroid.io.HadoopPath;
import io.centroid.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Rules for dependencies between packages, as described in ARCHITECTURE.md. */
class ArchitectureTest {
  private static final JavaClasses CENTROID =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.centroid");

  /** The modules and their packages. Each package depends only on packages above it. */
  private static final Map<String, List<String>> MODULES = new LinkedHashMap<>();

  static {
    MODULES.put(
        "core",
        List.of(
            "error",
            "random",
            "security",
            "io",
            "encryption",
            "checkpoint",
            "text",
            "data",
            "device",
            "nn",
            "memory",
            "averaging",
            "optim",
            "privacy",
            "evaluate",
            "generate",
            "huggingface",
            "train",
            "config",
            "model",
            "run"));
    MODULES.put("dl4j", List.of("dl4j"));
    MODULES.put("torch", List.of("torch"));
    MODULES.put("reporting", List.of("image", "tensorboard", "tracking", "report"));
    MODULES.put("trust", List.of("redact", "explain", "leak", "card"));
    MODULES.put("lifecycle", List.of("registry", "onnx", "export", "retrain", "sweep"));
    MODULES.put("spark-jobs", List.of("spark", "cli"));
    MODULES.put("serving", List.of("serve"));
    MODULES.put("dist", List.of("dist"));
    MODULES.put("devtools", List.of("cluster", "chaos", "bench", "devtools"));
  }

  /** A path whose last part is neither a constant nor a literal without a colon. */
  private static final Pattern COMPUTED_PATH =
      Pattern.compile(
          "new (?:org\\.apache\\.hadoop\\.fs\\.)?Path\\((?:[^(),;]|\\((?:[^();]|\\([^();]*\\))*\\))+,\\s*+(?!(?:\\w+\\.)?[A-Z_]+\\)|\"[^\":]*\"\\))[^;]*?\\)(?=[;,)"
              + " .])");

  /** Packages with more than 20 classes. They may only shrink. */
  private static final Map<String, Integer> LARGE =
      Map.of(
          "io.centroid.train", 22,
          "io.centroid.spark", 22,
          "io.centroid.cli", 20);

  @Test
  void packagesDependOnlyOnLowerPackages() {
    List<String> order = MODULES.values().stream().flatMap(List::stream).toList();
    assertThat(CENTROID.getPackage("io.centroid").getSubpackages())
        .extracting(JavaPackage::getRelativeName)
        .isSubsetOf(order);
    for (int i = 0; i < order.size(); i++) {
      String name = order.get(i);
      String[] above =
          order.subList(i + 1, order.size()).stream()
              .map(ArchitectureTest::tree)
              .toArray(String[]::new);
      if (above.length > 0) {
        noClasses()
            .that()
            .resideInAPackage(tree(name))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(above)
            .check(CENTROID);
      }
    }
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching("io.centroid.(*)..").should().beFreeOfCycles().check(CENTROID);
  }

  @Test
  void librariesAreUsedOnlyInTheirPackages() {
    usedOnlyIn("org.apache.spark..", "spark..", "cli", "cli.trust", "bench..");
    usedOnlyIn("scala..", "spark..");
    usedOnlyIn("com.codahale..", "spark.internal", "spark.monitoring");
    usedOnlyIn("picocli..", "cli..", "serve", "devtools");
    usedOnlyIn("me.tongfei..", "cli.report");
    usedOnlyIn("org.knowm..", "bench..");
    usedOnlyIn("com.typesafe.config..", "config..", "redact..");
    usedOnlyIn("com.knuddels..", "text..");
    usedOnlyIn("de.siegmar..", "data.csv", "sweep");
    usedOnlyIn("org.apache.commons.compress..", "io.decoding");
    usedOnlyIn("ai.onnxruntime..", "onnx..");
    usedOnlyIn("com.google.protobuf..", "onnx..", "tensorboard..");
    usedOnlyIn("org.eclipse.jetty..", "serve.http");
    usedOnlyIn("io.prometheus..", "serve..");
    usedOnlyIn("com.google.crypto.tink..", "encryption");
    usedOnlyIn("com.google.i18n.phonenumbers..", "redact..");
    usedOnlyIn("org.iban4j..", "redact..");
    usedOnlyIn("com.google.re2j..", "redact..");
    usedOnlyIn("opennlp..", "redact");
    usedOnlyIn("org.apache.commons.math3..", "explain", "leak", "bench..");
  }

  /** Exceptions are DL4J networks of users and the benchmark of DL4J's own training master. */
  @Test
  void enginesAreUsedOnlyBehindTheLearner() {
    usedOnlyIn("org.deeplearning4j..", "dl4j..", "spark.dl4j..", "bench.dl4j..");
    usedOnlyIn("org.nd4j..", "dl4j..", "spark.dl4j..", "bench.dl4j..");
    usedOnlyIn("org.bytedeco..", "nn.kernels..", "nn.matrix..", "dl4j..", "torch..");
    usedOnlyIn("org.bytedeco.pytorch..", "torch..");
    usedOnlyIn("org.bytedeco.dnnl..", "nn.matrix..");
  }

  @Test
  void onlyTheBenchmarkUsesDl4jsTrainingMaster() {
    usedOnlyIn("io.centroid.spark.dl4j..", "spark.dl4j..", "bench.dl4j..");
    usedOnlyIn("org.deeplearning4j.spark..", "spark.dl4j..", "bench.dl4j..");
    usedOnlyIn("org.datavec..", "spark.dl4j..", "bench.dl4j..");
  }

  /** The job jar contains neither the server nor the developer tools. */
  @Test
  void noPackageDependsOnToolsOrTheServer() {
    usedOnlyIn("io.centroid.serve..", "serve..", "dist", "devtools");
    usedOnlyIn("io.centroid.cluster..", "cluster..", "chaos..", "bench..", "devtools");
    usedOnlyIn("io.centroid.chaos..", "chaos..", "devtools");
    usedOnlyIn("io.centroid.bench..", "bench..", "devtools");
    usedOnlyIn("io.centroid.devtools..", "devtools");
    usedOnlyIn("io.centroid.cli..", "cli..", "dist", "devtools");
    dependsOnlyOn("cluster");
    dependsOnlyOn("chaos", "cluster", "checkpoint");
    noClasses()
        .that()
        .resideInAPackage("io.centroid.cluster..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.hadoop..")
        .check(CENTROID);
  }

  @Test
  void onlyRunsAndCommandsDependOnTheConfiguration() {
    usedOnlyIn(
        "io.centroid.config..",
        "",
        "config..",
        "run..",
        "model..",
        "tensorboard",
        "tracking",
        "retrain..",
        "sweep..",
        "report",
        "redact..",
        "leak",
        "card",
        "cli..",
        "bench..",
        "spark.monitoring",
        "spark.session",
        "devtools");
  }

  @Test
  void onlyCommandsRetrain() {
    usedOnlyIn("io.centroid.retrain..", "retrain..", "cli", "cli.doctor");
    usedOnlyIn("io.centroid.sweep..", "sweep..", "cli..");
  }

  @Test
  void fileFormatsAreIndependent() {
    dependsOnlyOn("security");
    dependsOnlyOn("checkpoint", "encryption");
    dependsOnlyOn("encryption", "security");
    dependsOnlyOn("checkpoint.safetensors");
    dependsOnlyOn("registry", "checkpoint", "encryption");
    dependsOnlyOn("retrain.drift");
  }

  @Test
  void modelDirectoriesDependOnlyOnTheModel() {
    dependsOnlyOn("huggingface", "checkpoint.safetensors", "nn..");
    dependsOnlyOn("dl4j", "data", "device", "nn", "nn.kernels");
    dependsOnlyOn("dl4j.zip", "nn");
    dependsOnlyOn("onnx", "generate");
  }

  @Test
  void textProcessingDoesNotDependOnTraining() {
    dependsOnlyOn("text");
    dependsOnlyOn("data.documents");
    dependsOnlyOn("data.corpus", "data", "data.documents", "data.tokenizing", "text..");
    dependsOnlyOn("data.tokenizing", "data.corpus", "data.documents", "random", "text..");
    dependsOnlyOn("data.texts", "data", "data.csv", "text..");
    dependsOnlyOn("generate", "nn.kernels", "nn.matrix", "nn.gpt2", "random", "text..");
    dependsOnlyOn("memory", "nn.kernels");
    dependsOnlyOn("device");
  }

  @Test
  void errorsAreIndependent() {
    dependsOnlyOn("error");
  }

  /** The API stands on top of core, and only what drives it knows it. */
  @Test
  void onlyCommandsAndClustersUseTheApi() {
    noClasses()
        .that()
        .resideInAnyPackage(
            MODULES.getOrDefault("core", List.of()).stream()
                .map(ArchitectureTest::tree)
                .toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.centroid")
        .check(CENTROID);
    noClasses()
        .that()
        .resideInAPackage("io.centroid")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                MODULES.entrySet().stream()
                    .filter(module -> !module.getKey().equals("core"))
                    .flatMap(module -> module.getValue().stream())
                    .map(ArchitectureTest::tree)
                    .toArray(String[]::new)))
        .check(CENTROID);
  }

  @Test
  void theTrainingLoopDoesNotDependOnItsListeners() {
    dependsOnlyOn(
        "train",
        "averaging..",
        "data",
        "device",
        "evaluate",
        "memory",
        "nn..",
        "optim",
        "privacy",
        "random");
    assertThat(CENTROID.get(TrainingListener.class).getAllSubclasses())
        .extracting(JavaClass::getPackageName)
        .isNotEmpty()
        .allMatch(
            name ->
                name.matches("io\\.centroid\\.(run|run\\.metrics|cli|cli\\.report|bench\\..*)"));
  }

  @Test
  void theServerDependsOnlyOnExportsAndTheRegistry() {
    dependsOnlyOn(
        "serve", "onnx", "export", "registry", "text..", "generate", "security", "encryption");
    noClasses()
        .that()
        .resideInAPackage("io.centroid.serve.protocol..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.centroid.serve.engine..", "io.centroid.serve.http..")
        .check(CENTROID);
  }

  /** Spark's developer API may be used anywhere, its private API only in one package. */
  @Test
  void sparksPrivateApiIsUsedInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.centroid.spark.internal..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "org.apache.spark.storage..",
                    "org.apache.spark.network..",
                    "org.apache.spark.rpc..",
                    "org.apache.spark.deploy..",
                    "org.apache.spark.executor..",
                    "org.apache.spark.internal..",
                    "org.apache.spark.memory..",
                    "org.apache.spark.scheduler..",
                    "org.apache.spark.security..",
                    "org.apache.spark.serializer..",
                    "org.apache.spark.shuffle..",
                    "org.apache.spark.status..",
                    "org.apache.spark.ui..",
                    "org.apache.spark.util..")
                .or(
                    nameMatching(
                        "org\\.apache\\.spark\\.(SecurityManager|SparkContext\\$|.*Tracker.*)"))
                .and(
                    not(
                        nameMatching(
                            "org\\.apache\\.spark\\.(storage\\.StorageLevel|SparkStatusTracker"
                                + "|scheduler\\.(SparkListener.*|StageInfo|TaskInfo)"
                                + "|util\\.(TaskCompletionListener|CollectionAccumulator))"))))
        .orShould()
        .callCodeUnitWhere(
            target(owner(assignableTo(RDD.class))).and(target(nameMatching("markCheckpointed"))))
        .orShould()
        .callCodeUnitWhere(
            target(owner(assignableTo(Broadcast.class)))
                .and(target(nameMatching("destroy")))
                .and(target(rawParameterTypes(boolean.class))))
        .orShould()
        .callCodeUnitWhere(
            target(owner(assignableTo(SparkEnv.class)))
                .and(target(not(nameMatching("get|conf|executorId")))))
        .check(CENTROID);
    noClasses()
        .that()
        .resideInAPackage("io.centroid.spark.internal..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.centroid..")
                .and(not(resideInAPackage("io.centroid.spark.internal.."))))
        .check(CENTROID);
  }

  @Test
  void onlyMainExitsTheJvm() {
    noClasses()
        .that()
        // A second SIGINT halts.
        .doNotBelongToAnyOf(Centroid.class, EndSignal.class)
        .should()
        .callCodeUnitWhere(
            target(owner(nameMatching("java\\.lang\\.(System|Runtime)")))
                .and(target(nameMatching("exit|halt"))))
        .check(CENTROID);
    assertThat(CENTROID.get(Centroid.class).getMethodCallsFromSelf())
        .filteredOn(call -> call.getName().equals("exit"))
        .extracting(call -> call.getOrigin().getName())
        .containsExactly("main");
  }

  /**
   * Random numbers are derived from a seed, a purpose and coordinates. Only tools may use other
   * generators.
   */
  @Test
  void randomGeneratorsAreSeeded() {
    noClasses()
        .should()
        .dependOnClassesThat(nameMatching("java\\.util\\.(Random|concurrent\\.ThreadLocalRandom)"))
        .orShould()
        .callCodeUnitWhere(
            target(owner(nameMatching("java\\.lang\\.(Strict)?Math")))
                .and(target(nameMatching("random"))))
        .check(CENTROID);
    noClasses()
        .that()
        .resideOutsideOfPackages("io.centroid.bench..", "io.centroid.chaos..")
        .should()
        .dependOnClassesThat(nameMatching("java\\.util\\.SplittableRandom"))
        .check(CENTROID);
  }

  /**
   * Java specifies these functions of Math to the last bit only in StrictMath: elsewhere they may
   * differ between machines, and with them parameters and losses.
   */
  @Test
  void trainingAndEvaluationComputeInFunctionsThatAreSpecifiedToTheLastBit() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.centroid.averaging..",
            "io.centroid.data..",
            "io.centroid.evaluate..",
            "io.centroid.generate..",
            "io.centroid.nn..",
            "io.centroid.optim..",
            "io.centroid.random..",
            "io.centroid.retrain..",
            "io.centroid.sweep..",
            "io.centroid.train..")
        .should()
        .callCodeUnitWhere(
            target(owner(nameMatching("java\\.lang\\.Math")))
                .and(
                    target(
                        nameMatching(
                            "a?sin|a?cos|a?tan|atan2|sinh|cosh|tanh|exp|expm1|log|log1p|log10|pow"
                                + "|cbrt|hypot"))))
        .check(CENTROID);
  }

  /**
   * Loading a model neither deserializes Java objects nor loads classes named in a file. Spark
   * itself uses Java serialization for tasks: {@code readObject} of RawFloats is called only by
   * Spark, and classes with Kryo's annotation use Java serialization within Kryo. ND4J's old
   * Jackson is used for trees only.
   */
  @Test
  void modelsLoadWithoutDeserializationAndClassLoading() {
    DescribedPredicate<JavaClass> readers =
        resideInAnyPackage(
                "com.esotericsoftware..", "org.yaml..", "org.nd4j.shade.yaml..", "org.nd4j.serde..")
            .or(
                nameMatching(
                    ".*\\.(ModelSerializer|ModelGuesser|SerializationUtils|NormalizerSerializer"
                        + "|XMLDecoder|ServiceLoader|DL4JClassLoading|KryoSerializer)"));
    DescribedPredicate<JavaClass> isAnnotatedForKryo =
        resideInAPackage("io.centroid.spark..")
            .and(
                DescribedPredicate.describe(
                    "use Java serialization", ArchitectureTest::usesJavaSerialization));
    // Loads one of two providers, by the class path and not by a file of a model.
    DescribedPredicate<JavaClass> startsNd4j =
        nameMatching("io\\.centroid\\.dl4j\\.Backend").forSubtype();
    noClasses()
        .that(not(isAnnotatedForKryo.or(startsNd4j)))
        .should()
        .dependOnClassesThat(readers)
        .check(CENTROID);
    noClasses()
        .that(startsNd4j)
        .should()
        .dependOnClassesThat(readers.and(not(belongToAnyOf(ServiceLoader.class))))
        .check(CENTROID);
    noClasses()
        .that(isAnnotatedForKryo)
        .should()
        .dependOnClassesThat(
            readers.and(
                not(
                    belongToAnyOf(
                        DefaultSerializer.class,
                        com.esotericsoftware.kryo.Serializer.class,
                        JavaSerializer.class))))
        .check(CENTROID);
    noClasses()
        .that(not(nameMatching("io\\.centroid\\.averaging\\.codec\\.RawFloats")))
        .should()
        .callCodeUnitWhere(
            target(owner(nameMatching("java\\.lang\\.(Class|ClassLoader|invoke\\..*Lookup)")))
                .and(target(nameMatching("forName|loadClass|findClass|defineClass")))
                .or(
                    target(owner(nameMatching("org\\.nd4j\\.shade\\.jackson\\..*")))
                        .and(target(nameMatching("readValues?(As)?|treeToValue|convertValue"))))
                .or(
                    target(owner(nameMatching(".*\\.jackson\\..*(ObjectMapper|Builder)")))
                        .and(target(nameMatching(".*DefaultTyping.*|.*PolymorphicType.*"))))
                .or(
                    target(owner(nameMatching("java\\.io\\.ObjectInputStream")))
                        .and(target(nameMatching("<init>|readObject|readUnshared")))))
        .check(CENTROID);
  }

  /** Whether a class uses Java serialization also within Kryo. */
  private static boolean usesJavaSerialization(JavaClass found) {
    return found
        .tryGetAnnotationOfType(DefaultSerializer.class)
        .filter(annotation -> annotation.value() == JavaSerializer.class)
        .isPresent();
  }

  /**
   * DL4J's JSON names classes. Only code that validates the names may pass it to DL4J, and code
   * that rebuilds a user's own network on executors.
   */
  @Test
  void onlyValidatedJsonIsPassedToDl4j() {
    noClasses()
        .that(not(nameMatching("io\\.centroid\\.(dl4j\\.Dl4jJson|spark\\.dl4j\\.Dl4jNetwork)")))
        .should()
        .callCodeUnitWhere(
            target(owner(nameMatching("org\\.(deeplearning4j|nd4j)\\..*")))
                .and(target(nameMatching("from(Json|Yaml)"))))
        .check(CENTROID);
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(packages())
        .hasSizeGreaterThan(60)
        .allMatch(found -> found.isAnnotatedWith(NullMarked.class), "is @NullMarked")
        .extracting(JavaPackage::getName)
        .contains("io.centroid", "io.centroid.train", "io.centroid.cli");
  }

  @Test
  void packagesStaySmall() {
    assertThat(packages())
        .allSatisfy(
            found ->
                assertThat(found.getClasses())
                    .as("classes of " + found.getName())
                    .filteredOn(type -> type.isTopLevelClass() && !type.isArray())
                    .filteredOn(type -> !type.getSimpleName().equals("package-info"))
                    .hasSizeLessThanOrEqualTo(LARGE.getOrDefault(found.getName(), 20)));
  }

  /** Hadoop's own constructors fail for a name with a colon; they are for constant names only. */
  @Test
  void namesFromOutsideBecomePathsInOnePlace() throws IOException {
    noClasses()
        .that()
        .doNotBelongToAnyOf(HadoopPath.class)
        .should()
        .callConstructor(Path.class, String.class)
        .orShould()
        .callConstructor(Path.class, String.class, String.class)
        .orShould()
        .callConstructor(Path.class, String.class, Path.class)
        .check(CENTROID);
    List<String> found = new ArrayList<>();
    for (String module : MODULES.keySet()) {
      try (var sources = Files.walk(root().resolve(module).resolve("src/main/java"))) {
        for (var source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
          COMPUTED_PATH
              .matcher(Files.readString(source))
              .results()
              .forEach(match -> found.add(source.getFileName() + ": " + match.group()));
        }
      }
    }
    assertThat(found)
        .allMatch(text -> text.startsWith("HadoopPath.java: "))
        .contains("HadoopPath.java: new Path(folder, name)");
  }

  private static java.nio.file.Path root() {
    java.nio.file.Path folder = java.nio.file.Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("ARCHITECTURE.md"))) {
      folder = Objects.requireNonNull(folder.getParent(), "no ARCHITECTURE.md in a parent folder");
    }
    return folder;
  }

  private static List<JavaPackage> packages() {
    JavaPackage root = CENTROID.getPackage("io.centroid");
    return Stream.concat(Stream.of(root), root.getSubpackagesInTree().stream())
        .filter(found -> !found.getClasses().isEmpty())
        .toList();
  }

  private static String tree(String name) {
    return "io.centroid." + name + "..";
  }

  /** Requires that no other package depends on a library. */
  private static void usedOnlyIn(String library, String... packages) {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            Stream.of(packages)
                .map(name -> name.isEmpty() ? "io.centroid" : "io.centroid." + name)
                .toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CENTROID);
  }

  /**
   * Requires that a package depends only on itself, {@code error}, {@code io}, third-party
   * libraries and some other packages.
   */
  private static void dependsOnlyOn(String name, String... others) {
    String[] known =
        Stream.concat(Stream.of(name + "..", "io..", "error"), Stream.of(others))
            .map(other -> "io.centroid." + other)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(tree(name))
        .should()
        .dependOnClassesThat(resideInAPackage("io.centroid..").and(not(resideInAnyPackage(known))))
        .check(CENTROID);
  }
}
