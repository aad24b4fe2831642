package io.centroid.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * A value that uses Java serialization, regardless of the application's {@code spark.serializer}:
 * Spark's Kryo cannot read records or the JDK's immutable lists, and cannot serialize off-heap
 * memory. All elements of our RDDs, broadcasts, shuffles and results are of this type, of a class
 * of this package with the same annotation, or of a type that Kryo can read.
 */
@DefaultSerializer(JavaSerializer.class)
public record JavaSerialized<T>(T value) implements Serializable {}
