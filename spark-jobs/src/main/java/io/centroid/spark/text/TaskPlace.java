package io.centroid.spark.text;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.centroid.data.documents.DocumentPosition;
import java.io.Serializable;
import java.util.Comparator;

/** Position of a document that a task keeps, ordered by task and position. */
@DefaultSerializer(JavaSerializer.class)
record TaskPlace(int task, DocumentPosition place) implements Comparable<TaskPlace>, Serializable {
  private static final Comparator<TaskPlace> ORDER =
      Comparator.comparingInt(TaskPlace::task).thenComparing(TaskPlace::place);

  @Override
  public int compareTo(TaskPlace other) {
    return ORDER.compare(this, other);
  }
}
