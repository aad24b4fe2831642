package io.centroid.spark.internal;

import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.internal.config.Deploy$;
import org.apache.spark.internal.config.Kryo$;
import org.apache.spark.internal.config.Network$;
import org.apache.spark.internal.config.Status$;
import org.apache.spark.internal.config.UI$;
import org.apache.spark.internal.config.package$;

/** What Spark knows about its properties: their types, and its cluster managers. */
public final class SparkProperties {
  /** Objects that register the properties that they declare when they are initialized. */
  private static final List<Object> DECLARATIONS =
      List.of(
          package$.MODULE$,
          Deploy$.MODULE$,
          Kryo$.MODULE$,
          Network$.MODULE$,
          Status$.MODULE$,
          UI$.MODULE$);

  private SparkProperties() {}

  /** Spark's explanation of why it cannot read a property; empty if it can, or does not know it. */
  public static Optional<String> problem(SparkConf conf, String key) {
    ConfigEntry<?> entry = DECLARATIONS.isEmpty() ? null : ConfigEntry.findEntry(key);
    if (entry == null) {
      return Optional.empty();
    }
    try {
      Object unused = conf.get(entry);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Whether the classes of the cluster manager of a master are on the class path. */
  public static boolean hasClusterManager(String master) {
    String manager =
        master.equals("yarn")
            ? "YarnClusterManager"
            : master.startsWith("k8s://")
                ? "k8s/KubernetesClusterManager"
                : master.startsWith("mesos://") ? "mesos/MesosClusterManager" : "";
    return !manager.isEmpty()
        && SparkConf.class.getResource("/org/apache/spark/scheduler/cluster/" + manager + ".class")
            != null;
  }
}
