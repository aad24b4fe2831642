package io.centroid.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esotericsoftware.kryo.DefaultSerializer;
import io.centroid.BitwiseComparison;
import io.centroid.SyntheticDigitFiles;
import io.centroid.averaging.codec.Codec;
import io.centroid.averaging.codec.RawFloats;
import io.centroid.cli.Centroid;
import io.centroid.data.ExampleSource;
import io.centroid.data.InputShape;
import io.centroid.data.Moments;
import io.centroid.data.Normalization;
import io.centroid.data.Shard;
import io.centroid.data.Split;
import io.centroid.data.TargetScaling;
import io.centroid.data.csv.CsvFormat;
import io.centroid.data.csv.CsvSource;
import io.centroid.data.digits.DigitsSource;
import io.centroid.data.documents.DocumentKind;
import io.centroid.data.documents.DocumentPosition;
import io.centroid.data.documents.TextFile;
import io.centroid.data.documents.TextPlan;
import io.centroid.data.idx.IdxSource;
import io.centroid.data.tokenizing.DocumentHash;
import io.centroid.error.InputException;
import io.centroid.evaluate.Evaluation;
import io.centroid.evaluate.EvaluationDetails;
import io.centroid.evaluate.Mistake;
import io.centroid.evaluate.Predictions;
import io.centroid.evaluate.ScoreCounts;
import io.centroid.evaluate.Scoring;
import io.centroid.io.HadoopFiles;
import io.centroid.memory.PeakMemory;
import io.centroid.model.LanguageModel;
import io.centroid.nn.Activation;
import io.centroid.nn.Architecture;
import io.centroid.nn.Loss;
import io.centroid.nn.NetworkSpec;
import io.centroid.optim.InnerState;
import io.centroid.optim.LearningRateSchedule;
import io.centroid.optim.OptimizerSettings;
import io.centroid.privacy.DpSgd;
import io.centroid.privacy.NoiseKey;
import io.centroid.spark.internal.RawRecords;
import io.centroid.train.worker.InnerStatePolicy;
import io.centroid.train.worker.ShardSpec;
import io.centroid.train.worker.WorkerReport;
import io.centroid.train.worker.WorkerResult;
import io.centroid.train.worker.WorkerSpec;
import io.centroid.train.worker.WorkerState;
import io.centroid.train.worker.WorkerTask;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.DeserializationStream;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializationStream;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;

/** Java and Kryo round trips of all types sent between driver and executors. */
class SerializationTest {
  private static final Normalization PIXELS =
      new Normalization(new float[] {0}, new float[] {1 / 255f});

  @TempDir private Path folder;

  @ParameterizedTest
  @MethodSource("traveling")
  void survivesJavaSerialization(Object sent) throws Exception {
    Object received = received(sent);
    assertThat(received)
        .isNotSameAs(sent)
        .usingRecursiveComparison(BitwiseComparison.comparison())
        .isEqualTo(sent);
    assertThat(received).hasSameClassAs(sent);
  }

  /** Kryo round trip in a stream of several objects, as in shuffles and broadcasts. */
  @ParameterizedTest
  @MethodSource("traveling")
  void survivesKryoSerialization(Object sent) {
    // Types of core are not Kryo-aware and are wrapped.
    Object shipped =
        sent.getClass().isAnnotationPresent(DefaultSerializer.class)
            ? sent
            : new JavaSerialized<>(sent);
    List<Object> received = byKryo(List.of(shipped, "between", shipped));
    assertThat(received).hasSize(3).element(1).isEqualTo("between");
    for (int i : new int[] {0, 2}) {
      assertThat(received.get(i))
          .isNotSameAs(shipped)
          .usingRecursiveComparison(BitwiseComparison.comparison())
          .isEqualTo(shipped);
      assertThat(received.get(i)).hasSameClassAs(shipped);
    }
  }

  @Test
  void recordsOfTheShuffleAreWrittenAsRawBytes() {
    float[] vector = {1, -0.5f, Float.MIN_VALUE, Float.NaN};
    List<SlicePart> sent =
        List.of(
            new SlicePart(new WorkerReport(1, 7, 1.5, true, 9, 11), new byte[] {5}, 0, null),
            new SlicePart(
                new WorkerReport(
                    2,
                    7,
                    1.5,
                    true,
                    2.5,
                    0.5,
                    3,
                    6.5,
                    9,
                    11,
                    new PeakMemory(1, 2, 3, 4),
                    "kernels"),
                new byte[100_000],
                4,
                List.of(new RawFloats(vector, 0, 3), RawFloats.of(vector))));
    ClassTag<Object> any = Jobs.anyTag();
    SerializerInstance serializer = new RawRecords<>(new SlicePart.Format()).newInstance();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (SerializationStream out = serializer.serializeStream(bytes)) {
      sent.forEach(part -> out.writeKey(part.report().worker(), any).writeValue(part, any));
    }
    assertThat(bytes.size()).isLessThan(102_000);
    List<Tuple2<Object, Object>> received = received(serializer, bytes.toByteArray(), bytes.size());
    assertThat(received).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(received.get(i)._1()).isEqualTo(i + 1);
      assertThat(received.get(i)._2())
          .usingRecursiveComparison(BitwiseComparison.comparison())
          .isEqualTo(
              i == 0
                  ? sent.get(0)
                  : new SlicePart(
                      sent.get(1).report(),
                      new byte[100_000],
                      4,
                      List.of(
                          RawFloats.of(new float[] {1, -0.5f, Float.MIN_VALUE}),
                          RawFloats.of(vector))));
    }
    assertThat(received(serializer, bytes.toByteArray(), 0)).isEmpty();
    assertThatThrownBy(() -> received(serializer, bytes.toByteArray(), bytes.size() - 1))
        .isInstanceOf(UncheckedIOException.class);
  }

  private static List<Tuple2<Object, Object>> received(
      SerializerInstance serializer, byte[] bytes, int length) {
    InputStream in = new ByteArrayInputStream(bytes, 0, length);
    List<Tuple2<Object, Object>> received = new ArrayList<>();
    JavaConverters.asJavaIterator(serializer.deserializeStream(in).asKeyValueIterator())
        .forEachRemaining(received::add);
    return received;
  }

  private static List<Object> byKryo(List<Object> sent) {
    SerializerInstance kryo = new KryoSerializer(new SparkConf(false)).newInstance();
    ClassTag<Object> any = Jobs.anyTag();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (SerializationStream out = kryo.serializeStream(bytes)) {
      sent.forEach(object -> out.writeObject(object, any));
    }
    // A task result is a single object.
    Object result = kryo.deserialize(kryo.serialize(sent.get(0), any), any);
    assertThat(result)
        .usingRecursiveComparison(BitwiseComparison.comparison())
        .isEqualTo(sent.get(0));
    try (DeserializationStream in =
        kryo.deserializeStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return Stream.<Object>generate(() -> in.readObject(any)).limit(sent.size()).toList();
    }
  }

  static Stream<Object> traveling() {
    float[] vector = {1, -0.5f, Float.MIN_VALUE};
    return Stream.concat(
        architectures().map(SerializationTest::network),
        Stream.of(
            new InnerState(3, List.of(vector, new float[] {0, 2, 4})),
            new InnerState(0, List.of()),
            new WorkerResult(
                new WorkerReport(1, 7, 1.5, true, 9, 11),
                List.of(new byte[] {1, 2}, new byte[] {3}),
                new InnerState(2, List.of(vector)),
                new WorkerState(new InnerState(4, List.of(vector)), vector)),
            new WorkerResult(
                new WorkerReport(0, 0, 0, false, 0, 0), List.of(), null, WorkerState.EMPTY),
            new SliceResult(new byte[] {1}, List.of(vector), null, List.of(), 0.5, 3),
            new JavaSerialized<>(new WorkerState(null, vector)),
            ReadResult.of(() -> new Evaluation(3, 0.25, 0, new long[][] {{1, 0}, {2, 0}})),
            ReadResult.of(() -> new Predictions(new long[] {4, 9}, new float[] {1, 0})),
            new ShardSpec(new DigitsSource(3, 40, 20), 5, 0.2, 2),
            new DocumentHash(1, 2, 3, 4),
            new LanguageModel.Location("runs/a", true, null),
            new DocumentPosition(1, 2),
            TextPlan.of(List.of(new TextFile("a.txt", 7, DocumentKind.FILE, false)), 64),
            new Evaluation(3, 0.25, 0, new long[][] {{1, 0}, {2, 0}}),
            new Evaluation(3, 0.25, 1.5, new long[][] {}),
            new EvaluationDetails(
                List.of(new Mistake(1, 0, 0.75f, new byte[] {0, -1})), ScoreCounts.empty(2)),
            Evaluation.ofRegression(0.25, 1.5, new Moments(3, 4e5, 7)),
            new Scoring(
                network(new Architecture.Mlp(List.of(), Activation.RELU)),
                PIXELS.withTargets(new TargetScaling(4e5, 2))),
            new Predictions(new long[] {4, 9}, new float[] {1, 0}),
            new Scoring(network(new Architecture.Mlp(List.of(8), Activation.RELU)), PIXELS),
            workerSpec(new LearningRateSchedule.Constant()),
            workerSpec(new LearningRateSchedule.Staircase(10, 0.5)),
            new DpSgd(1, 1.1, 0.01, 32, NoiseKey.of(42, "secret".repeat(6)).derive("run")),
            new WorkerTask(
                workerSpec(new LearningRateSchedule.Cosine(100, 0.1)), 40, 2, 5, 10, 0.5)));
  }

  static Stream<Architecture> architectures() {
    return Stream.of(
        new Architecture.Mlp(List.of(128, 32), Activation.TANH),
        new Architecture.Cnn(List.of(8, 16), 5, List.of(64), Activation.GELU),
        new Architecture.Dl4j("{\"confs\": []}"));
  }

  /** More values than are written at once, and a part without the rest of its vector. */
  @Test
  void rawFloatsAreSerializedBitwise() throws Exception {
    float[] vector = new float[200_000];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = Float.intBitsToFloat(i * 0x01000193);
    }
    for (RawFloats sent :
        List.of(
            RawFloats.of(vector), new RawFloats(vector, 1, 140_000), new RawFloats(vector, 7, 7))) {
      RawFloats received = received(sent);
      assertThat(received.length()).isEqualTo(sent.length());
      assertThat(Arrays.mismatch(bits(received.values()), bits(sent.values()))).isNegative();
    }
    assertThat(bytes(new RawFloats(vector, 1, 4)).length).isLessThan(300);
    assertThat(bytes(RawFloats.of(vector)).length).isLessThan(4 * vector.length * 101 / 100);
  }

  @Test
  void digitsSourceSurvivesSerialization() throws Exception {
    assertReadsTheSame(new DigitsSource(3, 40, 20));
  }

  @Test
  void idxSourceSurvivesSerialization() throws Exception {
    SyntheticDigitFiles.of(Split.TRAIN, 30).writeIdx(folder, "train");
    SyntheticDigitFiles.of(Split.TEST, 10).writeGzippedIdx(folder, "t10k");
    assertReadsTheSame(IdxSource.mnist(files(), folder.toString(), 10));
  }

  @Test
  void csvSourceSurvivesSerialization() throws Exception {
    Path train = folder.resolve("train.csv");
    Path test = folder.resolve("test.csv");
    SyntheticDigitFiles.of(Split.TRAIN, 30).writeCsv(train, true);
    SyntheticDigitFiles.of(Split.TEST, 10).writeCsv(test, false);
    assertReadsTheSame(
        new CsvSource(files(), train.toString(), test.toString(), CsvFormat.images(10)));
  }

  @Test
  void filesKeepTheDriversConfiguration() throws Exception {
    Configuration configuration = new Configuration(false);
    configuration.set("fs.defaultFS", "hdfs://elsewhere:8020");
    HadoopFiles sent = new HadoopFiles(configuration);
    assertThat(received(sent).configuration().get("fs.defaultFS"))
        .isEqualTo("hdfs://elsewhere:8020");
    SerializerInstance kryo = new KryoSerializer(new SparkConf(false)).newInstance();
    ClassTag<JavaSerialized<HadoopFiles>> any = Jobs.anyTag();
    HadoopFiles byKryo =
        kryo.<JavaSerialized<HadoopFiles>>deserialize(
                kryo.serialize(new JavaSerialized<>(sent), any), any)
            .value();
    assertThat(byKryo.configuration().get("fs.defaultFS")).isEqualTo("hdfs://elsewhere:8020");
  }

  @Test
  void inputErrorKeepsItsMessage() throws Exception {
    ReadResult<Shard> rejected =
        new ReadResult<>(null, new InputException("labels: record 7: label 12"));
    ReadResult<Shard> received = received(rejected);
    assertThat(received.value()).isNull();
    assertThat(received.error()).isNotNull().hasMessage("labels: record 7: label 12");
  }

  private static void assertReadsTheSame(ExampleSource source) throws Exception {
    ShardSpec sent = new ShardSpec(source, 5, 0.2, 2);
    ShardSpec received = received(sent);
    for (Split split : Split.values()) {
      for (int worker = 0; worker < 2; worker++) {
        ReadResult<Shard> expected = new ReadResult<>(sent.read(split, worker), null);
        assertThat(new ReadResult<>(received.read(split, worker), null))
            .usingRecursiveComparison(BitwiseComparison.comparison())
            .isEqualTo(expected);
        assertThat(received(expected))
            .usingRecursiveComparison(BitwiseComparison.comparison())
            .isEqualTo(expected);
        assertThat(byKryo(List.of(expected)).get(0))
            .usingRecursiveComparison(BitwiseComparison.comparison())
            .isEqualTo(expected);
      }
    }
  }

  private static NetworkSpec network(Architecture architecture) {
    return new NetworkSpec(
        architecture,
        new InputShape(1, 28, 28),
        10,
        Loss.CROSS_ENTROPY,
        42,
        Centroid.ENGINES.engine(architecture));
  }

  private static WorkerSpec workerSpec(LearningRateSchedule.Shape shape) {
    return new WorkerSpec(
        network(new Architecture.Mlp(List.of(8), Activation.RELU)),
        PIXELS,
        new OptimizerSettings(
            OptimizerSettings.Name.ADAMW.rule(0.9, 0.01, 0.9, 0.999, 1e-8),
            0.001,
            OptimizerSettings.LearningRateScaling.LINEAR,
            1,
            new LearningRateSchedule(5, shape)),
        InnerStatePolicy.KEEP,
        Codec.of(Codec.Name.TOP_K, 0.02),
        4,
        32,
        42);
  }

  private static HadoopFiles files() {
    return new HadoopFiles(new Configuration());
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "BanSerializableRead"})
  private static <T> T received(T sent) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes(sent)))) {
      return (T) in.readObject();
    }
  }

  private static byte[] bytes(Object sent) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sent);
    }
    return bytes.toByteArray();
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
