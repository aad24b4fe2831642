package io.centroid.spark.text;

import io.centroid.data.documents.DocumentPosition;
import io.centroid.data.documents.Text;
import io.centroid.data.documents.TextPlan;
import io.centroid.data.tokenizing.DocumentHash;
import io.centroid.data.tokenizing.DocumentHashing;
import io.centroid.data.tokenizing.KeptDocuments;
import io.centroid.spark.JavaSerialized;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;

/** The tasks of a text plan as RDD partitions, each with the documents that it keeps. */
final class Tasks implements AutoCloseable {
  /** More reducers would make too many, too small shuffle blocks. */
  private static final int MAX_REDUCERS = 1000;

  private final JavaRDD<DocumentPosition> places;
  private final boolean all;
  private final List<Broadcast<?>> broadcasts;

  private Tasks(JavaRDD<DocumentPosition> places, boolean all, Broadcast<?>... broadcasts) {
    this.places = places;
    this.all = all;
    this.broadcasts = List.of(broadcasts);
  }

  /** Work of a task, given its number and the documents that it keeps. */
  interface Work<T> extends Serializable {
    T of(int task, KeptDocuments kept);
  }

  /** Tasks that keep all documents. */
  static Tasks of(JavaSparkContext spark, TextPlan plan) {
    return new Tasks(numbers(spark, plan).map(task -> new DocumentPosition(task, 0)), true);
  }

  /**
   * Tasks that drop duplicate documents and keep the first. One shuffle groups documents by hash; a
   * second one sends the kept documents to their tasks, sorted, with spilling to disk.
   */
  static Tasks withoutDuplicates(JavaSparkContext spark, Text text) {
    TextPlan whole = text.plan().ofWholeDocuments();
    Broadcast<JavaSerialized<Text>> uncut =
        spark.broadcast(new JavaSerialized<>(new Text(text.files(), whole, text.options())));
    Broadcast<JavaSerialized<TextPlan>> cut = spark.broadcast(new JavaSerialized<>(text.plan()));
    JavaPairRDD<JavaSerialized<DocumentHash>, JavaSerialized<DocumentPosition>> first =
        numbers(spark, whole)
            .flatMapToPair(
                task ->
                    new HashedDocuments(new DocumentHashing(uncut.value().value().reader(task))))
            .reduceByKey(
                (one, other) -> one.value().compareTo(other.value()) <= 0 ? one : other,
                Math.min(whole.tasks().size(), MAX_REDUCERS));
    JavaRDD<DocumentPosition> sorted =
        first
            .flatMapToPair(
                hashed ->
                    cut.value().value().tasksOf(hashed._2().value()).stream()
                        .map(task -> new Tuple2<>(new TaskPlace(task, hashed._2().value()), true))
                        .iterator())
            .repartitionAndSortWithinPartitions(new TaskPartitioner(text.plan().tasks().size()))
            .map(kept -> kept._1().place());
    return new Tasks(sorted, false, uncut, cut);
  }

  /** Maps each task to one result. */
  <T> JavaRDD<T> map(Work<T> work) {
    return flatMap((task, kept) -> Collections.singleton(work.of(task, kept)).iterator());
  }

  /** Maps each task to any number of results. */
  <T> JavaRDD<T> flatMap(Work<Iterator<T>> work) {
    boolean keepsAll = all;
    return places.mapPartitionsWithIndex(
        (task, kept) -> work.of(task, keepsAll ? KeptDocuments.all() : KeptDocuments.at(kept)),
        true);
  }

  @Override
  public void close() {
    broadcasts.forEach(Broadcast::destroy);
  }

  private static JavaRDD<Integer> numbers(JavaSparkContext spark, TextPlan plan) {
    List<Integer> tasks = IntStream.range(0, plan.tasks().size()).boxed().toList();
    return spark.parallelize(tasks, tasks.size());
  }
}
