package io.centroid.spark.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.config.RunConfig;
import io.centroid.error.InputException;
import io.centroid.random.RandomStream;
import io.centroid.spark.session.SparkContexts;
import io.centroid.text.CharacterTokenizer;
import io.centroid.text.Tokenizer;
import io.centroid.text.bpe.BpeTraining;
import io.centroid.text.bpe.ByteLevelBpe;
import io.centroid.text.bpe.PreTokens;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** BPE training on Spark, and serialization of tokenizers. */
class BpeTrainingJobIT {
  private static final List<String> TEXTS = texts();

  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark = SparkContexts.start(RunConfig.load(null, List.of("spark.master=local[2]")));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void tokenizerDoesNotDependOnPartitioning() {
    Map<String, byte[]> expected = BpeTraining.train(counts(), 400, 2).files();
    List<String> shuffled = new ArrayList<>(TEXTS);
    Collections.reverse(shuffled);
    for (int partitions : new int[] {1, 3, 7}) {
      ByteLevelBpe trained = BpeTrainingJob.train(spark.parallelize(shuffled, partitions), 400, 2);
      assertThat(trained.vocabularySize()).isEqualTo(400);
      assertThat(trained.files()).containsExactlyInAnyOrderEntriesOf(expected);
    }
    assertThat(spark.getPersistentRDDs()).isEmpty();
  }

  @Test
  void dropsTheRarestPreTokens() {
    Map<String, Long> counts = counts();
    List<Long> sorted = counts.values().stream().sorted(Collections.reverseOrder()).toList();
    int most = 20;
    long least = sorted.get(most) + 1;
    Map<String, Long> frequent =
        counts.entrySet().stream()
            .filter(entry -> entry.getValue() >= least)
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    assertThat(frequent).hasSizeBetween(2, most);

    ByteLevelBpe trained = BpeTrainingJob.train(spark.parallelize(TEXTS, 3), 300, 1, most);
    assertThat(trained.files())
        .containsExactlyInAnyOrderEntriesOf(BpeTraining.train(frequent, 300, 1).files());
  }

  @Test
  void rejectsInvalidSettingsBeforeAnyJob() {
    assertThatThrownBy(() -> BpeTrainingJob.train(spark.parallelize(TEXTS), 100, 2))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("vocabulary size must be from 257");
  }

  @Test
  void tokenizersSurviveSerialization() {
    String text = String.join("\n", TEXTS);
    SparkConf conf = new SparkConf();
    for (Tokenizer sent :
        List.of(BpeTraining.train(counts(), 300, 2), CharacterTokenizer.of(text))) {
      for (Serializer serializer : List.of(new JavaSerializer(conf), new KryoSerializer(conf))) {
        Tokenizer received = received(serializer.newInstance(), sent);
        assertThat(received.encode(text)).isEqualTo(sent.encode(text));
        assertThat(received.decode(received.encode(text))).isEqualTo(text);
        assertThat(received.files()).containsExactlyInAnyOrderEntriesOf(sent.files());
        assertThat(received.endOfText()).isEqualTo(sent.endOfText());
      }
    }
  }

  @Test
  void tasksShareABroadcastTokenizer() {
    Tokenizer tokenizer = BpeTraining.train(counts(), 300, 2);
    Broadcast<Tokenizer> shared = spark.broadcast(tokenizer);
    List<Integer> lengths =
        spark
            .parallelize(TEXTS, 4)
            .map(text -> shared.value().encodeOrdinary(text).length)
            .collect();
    assertThat(lengths)
        .isEqualTo(TEXTS.stream().map(text -> tokenizer.encodeOrdinary(text).length).toList());
    shared.destroy();
  }

  private static Tokenizer received(SerializerInstance serializer, Tokenizer sent) {
    ClassTag<Tokenizer> type = ClassTag$.MODULE$.apply(Tokenizer.class);
    ByteBuffer bytes = serializer.serialize(sent, type);
    return serializer.deserialize(bytes, type);
  }

  private static Map<String, Long> counts() {
    Map<String, Long> counts = new HashMap<>();
    TEXTS.forEach(text -> PreTokens.split(text, preToken -> counts.merge(preToken, 1L, Long::sum)));
    return counts;
  }

  private static List<String> texts() {
    String[] syllables = {"lo", "we", "st", "an", "é", "ba", "ing", "th", "e", " ", " ", "\n"};
    RandomStream random = new RandomStream(5);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String[] parts = new String[60];
      Arrays.setAll(parts, part -> syllables[random.nextInt(syllables.length)]);
      texts.add(String.join("", parts));
    }
    return texts;
  }
}
