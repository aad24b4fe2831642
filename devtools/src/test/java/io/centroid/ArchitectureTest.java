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
          .importPackages("io.centroid");

  private static final String[] JOBS = {
    "io.centroid.cli..",
    "io.centroid.bench..",
    "io.centroid.chaos..",
    "io.centroid.spark..",
    "io.centroid.cluster.."
  };

  @Test
  void coreKnowsNoEngineAndNoCommand() {
    noClasses()
        .that(not(resideInAnyPackage(JOBS)))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.spark..",
            "scala..",
            "picocli..",
            "me.tongfei..",
            "org.knowm..",
            "io.centroid.cli..",
            "io.centroid.bench..",
            "io.centroid.chaos..",
            "io.centroid.spark..",
            "io.centroid.cluster..")
        .check(CENTROID);
  }

  @Test
  void chaosKnowsTheClusterAndWhatItLeavesBehind() {
    knowsOnly("chaos", "cluster", "checkpoint");
  }

  @Test
  void onlyRunAndTheJobsReadTheConfiguration() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.centroid.config..",
            "io.centroid.run..",
            "io.centroid.retrain..",
            "io.centroid.cli..",
            "io.centroid.bench..",
            "io.centroid.spark..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.centroid.config..")
        .check(CENTROID);
  }

  @Test
  void whatTheLoopIsMadeOfDoesNotKnowTheLoop() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.centroid.kernels..",
            "io.centroid.data..",
            "io.centroid.model..",
            "io.centroid.optimize..",
            "io.centroid.average..",
            "io.centroid.evaluate..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.centroid.train..", "io.centroid.run..", "io.centroid.report..")
        .check(CENTROID);
  }

  @Test
  void checkpointsKnowTensorFilesOnly() {
    knowsOnly("checkpoint", "safetensors..");
  }

  @Test
  void theRegistryKnowsCheckpointsAndFilesOnly() {
    knowsOnly("registry", "checkpoint", "data");
    knowsOnly("drift");
  }

  @Test
  void onlyCommandsRetrain() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.centroid.retrain..", "io.centroid.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.centroid.retrain..")
        .check(CENTROID);
  }

  @Test
  void modelDirectoriesStandOnTheModelAlone() {
    knowsOnly("huggingface", "safetensors..", "kernels..", "model..", "data");
    knowsOnly("dl4j", "data", "kernels", "model");
    knowsOnly("dl4j.zip", "data", "model");
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.centroid.safetensors..",
            "io.centroid.kernels..",
            "io.centroid.model..",
            "io.centroid.data..",
            "io.centroid.checkpoint..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.centroid.huggingface..")
        .check(CENTROID);
  }

  @Test
  void onlyOnnxKnowsItsRuntimeAndItsFiles() {
    knowsOnly("onnx", "data", "generate");
    noClasses()
        .that()
        .resideOutsideOfPackage("io.centroid.onnx..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.onnxruntime..", "com.google.protobuf..")
        .check(CENTROID);
  }

  @Test
  void secretsStandAlone() {
    knowsOnly("security");
  }

  @Test
  void tensorFilesStandAlone() {
    knowsOnly("safetensors");
  }

  @Test
  void tokenizersKnowFilesOnly() {
    knowsOnly("text", "data");
    noClasses()
        .that()
        .resideOutsideOfPackage("io.centroid.text..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.knuddels..")
        .check(CENTROID);
  }

  @Test
  void whatHandlesTextKnowsNoTraining() {
    knowsOnly("documents", "data");
    knowsOnly("corpus", "documents", "data", "text");
    knowsOnly("labelled", "data", "text");
    knowsOnly("generate", "kernels", "model.gpt2", "text");
    knowsOnly("memory", "kernels");
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
    noClasses()
        .that()
        .resideInAPackage("io.centroid.train..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.centroid.run..",
            "io.centroid.checkpoint..",
            "io.centroid.report..",
            "io.centroid.config..")
        .check(CENTROID);
    assertThat(CENTROID.get(TrainingListener.class).getAllSubclasses())
        .extracting(JavaClass::getPackageName)
        .isNotEmpty()
        .isSubsetOf(
            "io.centroid.run", "io.centroid.report", "io.centroid.cli", "io.centroid.bench");
  }

  @Test
  void commandsStandAboveSparkAndSparkAboveCore() {
    noClasses()
        .that()
        .resideInAnyPackage("io.centroid.spark..", "io.centroid.cluster..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.centroid.cli..", "io.centroid.bench..")
        .check(CENTROID);
    noClasses()
        .that()
        .resideInAPackage("io.centroid.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.centroid.cli..")
        .check(CENTROID);
    noClasses()
        .that()
        .resideInAPackage("io.centroid.spark..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.centroid.cluster..")
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
                    "org.apache.spark.security..",
                    "org.apache.spark.shuffle..",
                    "org.apache.spark.util.io..")
                .or(
                    nameMatching(
                        "org\\.apache\\.spark\\.(SecurityManager|SparkContext\\$|.*Tracker.*)"))
                .or(nameMatching("org\\.apache\\.spark\\.util\\.(CallSite|Utils).*"))
                .and(
                    not(
                        nameMatching(
                            "org\\.apache\\.spark\\.(storage\\.StorageLevel|SparkStatusTracker)"))))
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
  void theDevelopmentClusterHandlesProcessesAndFilesOnly() {
    noClasses()
        .that()
        .resideInAPackage("io.centroid.cluster..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..")
                .or(
                    resideInAPackage("io.centroid..")
                        .and(
                            not(
                                resideInAnyPackage(
                                    "io.centroid", "io.centroid.io", "io.centroid.cluster..")))))
        .check(CENTROID);
  }

  @Test
  void enginesStayBehindTheLearner() {
    noClasses()
        .that()
        // Beside the engine there are users of DL4J's own networks, and its own master, measured.
        .resideOutsideOfPackages(
            "io.centroid.dl4j..", "io.centroid.spark.dl4j..", "io.centroid.bench.dl4j..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.deeplearning4j..")
        .check(CENTROID);
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.centroid.dl4j..", "io.centroid.spark.dl4j..", "io.centroid.bench.dl4j..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.nd4j..")
        .check(CENTROID);
    noClasses()
        .that()
        .resideOutsideOfPackages("io.centroid.kernels..", "io.centroid.dl4j..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(CENTROID);
  }

  /** Dense networks and GPT-2 train, resume and generate on a class path without DL4J and ND4J. */
  @Test
  void coreNeedsNoDl4j() {
    noClasses()
        .that(not(resideInAnyPackage(JOBS)))
        .and(
            not(
                resideInAnyPackage(
                    "io.centroid.dl4j..",
                    "io.centroid.export..",
                    "io.centroid.onnx..",
                    "io.centroid.registry..",
                    "io.centroid.drift..",
                    "io.centroid.retrain..",
                    "io.centroid.serve..")))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.centroid.dl4j..", "org.deeplearning4j..", "org.nd4j..")
        .check(CENTROID);
  }

  @Test
  void nothingNeedsDl4jsMaster() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.centroid.spark.dl4j..", "io.centroid.bench.dl4j..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.centroid.spark.dl4j..", "org.deeplearning4j.spark..", "org.datavec..")
        .check(CENTROID);
  }

  @Test
  void theServerStandsOnExportsAndTheRegistry() {
    knowsOnly("serve", "onnx", "export", "registry", "data", "text", "generate");
    noClasses()
        .that()
        .resideOutsideOfPackage("io.centroid.serve.http..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.eclipse.jetty..")
        .check(CENTROID);
    noClasses()
        .that()
        .resideInAPackage("io.centroid.serve.protocol..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.centroid.serve.engine..", "io.centroid.serve.http..")
        .check(CENTROID);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("io.centroid.(*)..").should().beFreeOfCycles().check(CENTROID);
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

  /**
   * Models load without deserializing objects and without classes that a file names. Spark itself
   * serializes tasks by Java, so what travels inside it may say how: {@code readObject} of Stretch
   * is called by Spark alone, and what has Kryo's annotation travels by Java in an application's
   * own Kryo session. ND4J's old Jackson may make trees (SettingsText), never objects.
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
        .that(not(nameMatching("io\\.centroid\\.spark\\.SlicePart\\$Stretch")))
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
    assertThat(CENTROID.getPackage("io.centroid").getSubpackagesInTree())
        .filteredOn(found -> !found.getClasses().isEmpty())
        .hasSizeGreaterThan(10)
        .allMatch(found -> found.isAnnotatedWith(NullMarked.class), "is @NullMarked")
        .extracting(JavaPackage::getName)
        .contains("io.centroid.train", "io.centroid.cli");
  }

  /** Beside itself, the root, {@code io} and what is no part of this project. */
  private static void knowsOnly(String name, String... others) {
    String[] known =
        Stream.concat(Stream.of(name + "..", "io"), Stream.of(others))
            .map(other -> "io.centroid." + other)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("io.centroid." + name + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.centroid..")
                .and(not(resideInAnyPackage(known)))
                .and(not(resideInAPackage("io.centroid"))))
        .check(CENTROID);
  }
}
