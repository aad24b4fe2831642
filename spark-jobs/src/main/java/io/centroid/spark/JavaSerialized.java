package io.centroid.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * A value that travels by Java serialization whichever {@code spark.serializer} the application
 * has: Spark's Kryo can read neither records nor the JDK's immutable lists, and knows nothing of
 * memory outside the heap. What our RDDs, broadcasts, shuffles and results hold is one of these, or
 * a class of this package with the same annotation, or a type that Kryo can read.
 */
@DefaultSerializer(JavaSerializer.class)
public record JavaSerialized<T>(T value) implements Serializable {}
