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
import io.centroid.train.TrainingListener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The directions in which packages may know each other; ARCHITECTURE.md says why. */
class ArchitectureTest {
  private static final JavaClasses CENTROID =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("io.centroid");

  /** The modules and their packages, of which each knows only packages further up. */
  private static final Map<String, List<String>> MODULES = new LinkedHashMap<>();

  static {
    MODULES.put(
        "core",
        List.of(
            "random",
            "security",
            "io",
            "checkpoint",
            "text",
            "data",
            "nn",
            "memory",
            "averaging",
            "optim",
            "evaluate",
            "generate",
            "huggingface",
            "train",
            "config",
            "model",
            "run"));
    MODULES.put("dl4j", List.of("dl4j"));
    MODULES.put("lifecycle", List.of("registry", "onnx", "export", "retrain"));
    MODULES.put("spark-jobs", List.of("spark", "cli"));
    MODULES.put("serving", List.of("serve"));
    MODULES.put("devtools", List.of("cluster", "chaos", "bench", "devtools"));
  }

  /** Packages of more than 20 classes; they may only become smaller. */
  private static final Map<String, Integer> LARGE =
      Map.of(
          "io.centroid.train", 22,
          "io.centroid.spark", 21,
          "io.centroid.cli", 21);

  @Test
  void packagesKnowOnlyThoseBelowThem() {
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
  void packagesFormNoCycle() {
    slices().matching("io.centroid.(*)..").should().beFreeOfCycles().check(CENTROID);
  }

  @Test
  void librariesStayInThePackagesThatWrapThem() {
    usedOnlyIn("org.apache.spark..", "spark..", "cli", "bench..");
    usedOnlyIn("scala..", "spark..");
    usedOnlyIn("picocli..", "cli..", "serve", "devtools");
    usedOnlyIn("me.tongfei..", "cli.report");
    usedOnlyIn("org.knowm..", "bench..");
    usedOnlyIn("com.typesafe.config..", "config", "cli");
    usedOnlyIn("com.knuddels..", "text..");
    usedOnlyIn("de.siegmar..", "data.csv");
    usedOnlyIn("org.apache.commons.compress..", "io.decoding");
    usedOnlyIn("ai.onnxruntime..", "onnx..");
    usedOnlyIn("com.google.protobuf..", "onnx..");
    usedOnlyIn("org.eclipse.jetty..", "serve.http");
    usedOnlyIn("io.prometheus..", "serve..");
  }

  /** Beside the engine there are users of DL4J's own networks, and its own master, measured. */
  @Test
  void enginesStayBehindTheLearner() {
    usedOnlyIn("org.deeplearning4j..", "dl4j..", "spark.dl4j..", "bench.dl4j..");
    usedOnlyIn("org.nd4j..", "dl4j..", "spark.dl4j..", "bench.dl4j..");
    usedOnlyIn("org.bytedeco..", "nn.kernels..", "dl4j..");
  }

  @Test
  void nothingNeedsDl4jsMaster() {
    usedOnlyIn("io.centroid.spark.dl4j..", "spark.dl4j..", "bench.dl4j..");
    usedOnlyIn("org.deeplearning4j.spark..", "spark.dl4j..", "bench.dl4j..");
    usedOnlyIn("org.datavec..", "spark.dl4j..", "bench.dl4j..");
  }

  /** The job jar holds neither the server nor the developers' tools. */
  @Test
  void toolsAndTheServerAreUsedByNobody() {
    usedOnlyIn("io.centroid.serve..", "serve..", "devtools");
    usedOnlyIn("io.centroid.cluster..", "cluster..", "chaos..", "bench..", "devtools");
    usedOnlyIn("io.centroid.chaos..", "chaos..", "devtools");
    usedOnlyIn("io.centroid.bench..", "bench..", "devtools");
    usedOnlyIn("io.centroid.devtools..", "devtools");
    usedOnlyIn("io.centroid.cli..", "cli..", "devtools");
    knowsOnly("cluster");
    knowsOnly("chaos", "cluster", "checkpoint");
    noClasses()
        .that()
        .resideInAPackage("io.centroid.cluster..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.hadoop..")
        .check(CENTROID);
  }

  @Test
  void onlyRunsAndCommandsReadTheConfiguration() {
    usedOnlyIn(
        "io.centroid.config..",
        "config..",
        "run..",
        "model..",
        "retrain..",
        "cli..",
        "bench..",
        "spark.session",
        "devtools");
  }

  @Test
  void onlyCommandsRetrain() {
    usedOnlyIn("io.centroid.retrain..", "retrain..", "cli");
  }

  @Test
  void filesStandAlone() {
    knowsOnly("security");
    knowsOnly("checkpoint");
    knowsOnly("checkpoint.safetensors");
    knowsOnly("registry", "checkpoint");
    knowsOnly("retrain.drift");
  }

  @Test
  void modelDirectoriesStandOnTheModelAlone() {
    knowsOnly("huggingface", "checkpoint.safetensors", "nn..");
    knowsOnly("dl4j", "data", "nn", "nn.kernels");
    knowsOnly("dl4j.zip", "nn");
    knowsOnly("onnx", "generate");
  }

  @Test
  void whatHandlesTextKnowsNoTraining() {
    knowsOnly("text");
    knowsOnly("data.documents");
    knowsOnly("data.corpus", "data", "data.documents", "data.tokenizing", "text..");
    knowsOnly("data.tokenizing", "data.corpus", "data.documents", "random", "text..");
    knowsOnly("data.texts", "data", "data.csv", "text..");
    knowsOnly("generate", "nn.kernels", "nn.gpt2", "random", "text..");
    knowsOnly("memory", "nn.kernels");
  }

  @Test
  void theRootPackageStandsAlone() {
    noClasses()
        .that()
        .resideInAPackage("io.centroid")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.centroid..").and(not(resideInAPackage("io.centroid"))))
        .check(CENTROID);
  }

  @Test
  void theLoopDoesNotKnowWhoListens() {
    knowsOnly("train", "averaging..", "data", "evaluate", "memory", "nn..", "optim", "random");
    assertThat(CENTROID.get(TrainingListener.class).getAllSubclasses())
        .extracting(JavaClass::getPackageName)
        .isNotEmpty()
        .allMatch(name -> name.matches("io\\.centroid\\.(run|cli|cli\\.report|bench\\..*)"));
  }

  @Test
  void theServerStandsOnExportsAndTheRegistry() {
    knowsOnly("serve", "onnx", "export", "registry", "text..", "generate");
    noClasses()
        .that()
        .resideInAPackage("io.centroid.serve.protocol..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.centroid.serve.engine..", "io.centroid.serve.http..")
        .check(CENTROID);
  }

  /**
   * Spark's developer interface is used where it is needed, what it keeps to itself in one place.
   */
  @Test
  void sparksPrivateInterfaceIsBehindOnePackage() {
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
  void onlyMainExits() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Centroid.class)
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

  /** What is random derives from a seed, a purpose and coordinates; tools may draw as they like. */
  @Test
  void noGeneratorIsShared() {
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
   * Models load without deserializing objects and without classes that a file names. Spark itself
   * serializes tasks by Java, so what travels inside it may say how: {@code readObject} of
   * FloatSlice is called by Spark alone, and what has Kryo's annotation travels by Java in an
   * application's own Kryo session. ND4J's old Jackson never makes objects.
   */
  @Test
  void nothingIsDeserializedAndNoNameBecomesAClass() {
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
                    "travel by Java serialization", ArchitectureTest::travelsByJava));
    noClasses().that(not(isAnnotatedForKryo)).should().dependOnClassesThat(readers).check(CENTROID);
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
        .that(not(nameMatching("io\\.centroid\\.spark\\.SlicePart\\$FloatSlice")))
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

  /** Under an application's Kryo as well, which knows no other class of ours. */
  private static boolean travelsByJava(JavaClass found) {
    return found
        .tryGetAnnotationOfType(DefaultSerializer.class)
        .filter(annotation -> annotation.value() == JavaSerializer.class)
        .isPresent();
  }

  /**
   * DL4J's JSON names classes: only what checks the names first may hand it over, and what rebuilds
   * on executors the network that a user of DL4J's Spark classes built, of classes of theirs.
   */
  @Test
  void onlyTheGuardGivesJsonToDl4j() {
    noClasses()
        .that(not(nameMatching("io\\.centroid\\.(dl4j\\.Dl4jJson|spark\\.dl4j\\.Network)")))
        .should()
        .callCodeUnitWhere(
            target(owner(nameMatching("org\\.(deeplearning4j|nd4j)\\..*")))
                .and(target(nameMatching("from(Json|Yaml)"))))
        .check(CENTROID);
  }

  @Test
  void nullIsSpokenOfInEveryPackage() {
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

  private static List<JavaPackage> packages() {
    JavaPackage root = CENTROID.getPackage("io.centroid");
    return Stream.concat(Stream.of(root), root.getSubpackagesInTree().stream())
        .filter(found -> !found.getClasses().isEmpty())
        .toList();
  }

  private static String tree(String name) {
    return "io.centroid." + name + "..";
  }

  /** No other package of ours depends on these classes. */
  private static void usedOnlyIn(String library, String... packages) {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            Stream.of(packages).map(name -> "io.centroid." + name).toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(CENTROID);
  }

  /** Beside itself, the root, {@code io} and what is no part of this project. */
  private static void knowsOnly(String name, String... others) {
    String[] known =
        Stream.concat(Stream.of(name + "..", "io.."), Stream.of(others))
            .map(other -> "io.centroid." + other)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(tree(name))
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.centroid..")
                .and(not(resideInAnyPackage(known)))
                .and(not(resideInAPackage("io.centroid"))))
        .check(CENTROID);
  }
}
