package io.centroid.nn.matrix;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The primitives that a thread used last, by their shape. */
final class PrimitiveCache<K> implements AutoCloseable {
  /** More than the shapes of a model; texts of any length have ever new ones. */
  private static final int CAPACITY = 512;

  private final Map<K, Primitive> primitives = new LinkedHashMap<>(16, 0.75f, true);

  Primitive get(K shape, Function<K, Primitive> create) {
    Primitive found = primitives.get(shape);
    if (found != null) {
      return found;
    }
    if (primitives.size() == CAPACITY) {
      Iterator<Primitive> eldest = primitives.values().iterator();
      Primitive unused = eldest.next();
      eldest.remove();
      unused.close();
    }
    Primitive made = create.apply(shape);
    primitives.put(shape, made);
    return made;
  }

  @Override
  public void close() {
    primitives.values().forEach(Primitive::close);
    primitives.clear();
  }
}
